// Works out with the Go project's own libraries what our record says of itself: the root over its entries,
// the tiles, proofs of every kind, and who signed its checkpoint. It prints JSON for a test to compare.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run agree.go FOLDER VERIFIER-KEY PAIRS...
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type told struct {
	Origin      string
	Size        int64
	Root        string
	Signed      string
	Tiles       int
	Inclusion   map[string][]string
	Consistency map[string][]string
	Note        string // signed with a new key
	Verifier    string
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	folder, key := os.Args[1], os.Args[2]
	verifier, err := note.NewVerifier(key)
	must(err)
	data, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	must(err)
	opened, err := note.Open(data, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)

	var stored []tlog.Hash // as the library numbers them
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			found[i] = stored[index]
		}
		return found, nil
	})
	for n := int64(0); n < size; n++ {
		hashes, err := tlog.StoredHashes(n, entry(folder, n, size), read)
		must(err)
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(size, read)
	must(err)
	out := told{
		Origin: lines[0], Size: size, Root: root.String(), Signed: opened.Sigs[0].Name,
		Inclusion: map[string][]string{}, Consistency: map[string][]string{},
	}
	for _, tile := range tlog.NewTiles(8, 0, size) {
		if tile.W < 256 && int64(tile.W) != (size>>uint(8*tile.L))%256 {
			continue // some versions list every narrower tile on the way
		}
		want, err := tlog.ReadTileData(tile, read)
		must(err)
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		got, err := os.ReadFile(filepath.Join(folder, path))
		must(err)
		if !bytes.Equal(want, got) {
			must(fmt.Errorf("%s differs", path))
		}
		out.Tiles++
	}
	for _, pair := range os.Args[3:] {
		var whole, part int64
		_, err := fmt.Sscanf(pair, "%d/%d", &part, &whole)
		must(err)
		record, err := tlog.ProveRecord(whole, part, read)
		must(err)
		out.Inclusion[pair] = text(record)
		if part > 0 {
			tree, err := tlog.ProveTree(whole, part, read)
			must(err)
			out.Consistency[pair] = text(tree)
		}
	}
	private, public, err := note.GenerateKey(rand.Reader, "go.example/log")
	must(err)
	signer, err := note.NewSigner(private)
	must(err)
	signed, err := note.Sign(&note.Note{Text: opened.Text}, signer)
	must(err)
	out.Note, out.Verifier = string(signed), public
	must(json.NewEncoder(os.Stdout).Encode(out))
}

func text(hashes []tlog.Hash) []string {
	found := []string{}
	for _, hash := range hashes {
		found = append(found, base64.StdEncoding.EncodeToString(hash[:]))
	}
	return found
}

// entry reads the n-th entry from its bundle.
func entry(folder string, n, size int64) []byte {
	path := fmt.Sprintf("tile/entries/%03d", n/256)
	if width := size - n/256*256; width < 256 {
		path += fmt.Sprintf(".p/%d", width)
	}
	data, err := os.ReadFile(filepath.Join(folder, path))
	must(err)
	for i := n % 256; i > 0; i-- {
		data = data[2+int(binary.BigEndian.Uint16(data)):]
	}
	return data[2 : 2+int(binary.BigEndian.Uint16(data))]
}
