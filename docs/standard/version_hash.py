"""Works out the hash of each version in a file of the Open Covenant Standard 0.1, with nothing but Python.

    python version_hash.py FILE.json

Prints each version's hash and whether it is the one in the file; ends with 1 where one differs.
"""
import hashlib, json, sys

def canonical(value):  # JSON with names sorted, no white space, in UTF-8
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

def committed(told):  # people's words stand in a hash as their seals, so that they can be erased
    if "statements" in told and "seal" not in told:
        return {**told, "statements": [committed(row) for row in told["statements"]]}
    return {name: value for name, value in told.items() if "seal" not in told or name not in ("text", "salt")}

def fields(file, version):
    party = {p["id"]: f"{p['id']} {p['name']} ({p['sector']})" for p in file["parties"]}
    found = {"title": file["covenant"]["title"], "purpose": version["purpose"]}
    found["parties"] = sorted(party[id] for id in version["parties"])
    found |= {f"section/{s['kind']}": s["text"] for s in version.get("sections", ())}
    found |= {f"term/{name}": day for name, day in version.get("term", {}).items()}
    for c in version["clauses"]:
        said = {name: c[name] for name in ("number", "text", "measure", "due", "tier", "outcome", "resources")}
        said |= {"debtor": party[c["debtors"][0]], "creditors": sorted(party[id] for id in c["creditors"])}
        said["grounds"] = [{"kind": g["kind"], "statement": g.get("statement"), "text": g.get("text", ""),
            "source": g.get("source", ""), "citation": committed(g.get("citation", {}))} for g in c.get("grounds", ())]
        more = {"together": sorted(party[id] for id in c["debtors"][1:]), "if": sorted(c.get("if", ()))}
        more |= {name: c.get(name) for name in ("evidence", "review", "explain", "baseline")}
        said |= {name: value for name, value in more.items() if value}
        found |= {f"{c['commitment']}/{name}": value for name, value in said.items()}
    return found

def version_hash(file, version):
    each = [[name, hashlib.sha256(canonical([name, value])).hexdigest()] for name, value in fields(file, version).items()]
    return hashlib.sha256(canonical(sorted(each))).hexdigest()

if __name__ == "__main__":
    file, wrong = json.load(open(sys.argv[1], encoding="utf-8")), 0
    for v in file.get("covenant", {}).get("versions", ()):
        actual = version_hash(file, v)
        same = v.get("hash", actual) == actual
        print(v["number"], actual, ("as in the file" if "hash" in v else "none in the file") if same else "differs")
        wrong += not same
    sys.exit(bool(wrong))
