/* Writes down what a program asks of the disk under one folder, in the order in which it asks.
 *
 * Preloaded into a process (LD_PRELOAD), it stands between the program and the C library. TORTURE_HOME names
 * the folder, TORTURE_LOG the file that the log is appended to, outside the folder. One record is one write to
 * a file opened for appending, so the records of several processes stand in one order. A write, a rename and
 * the rest are logged when they are done; a sync twice, when it begins and when it has ended: what is written
 * meanwhile by somebody else is not known to be on the disk.
 *
 * A record: operation (1 byte), lengths of path, second path and data (3 x 4), offset (8), then the three.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static int side = -1; /* the log */
static char home[PATH_MAX];
static size_t home_length;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void begin(void) {
  const char *folder = getenv("TORTURE_HOME"), *file = getenv("TORTURE_LOG");
  if (!folder || !file || !realpath(folder, home)) return;
  home_length = strlen(home);
  int found = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (found < 0) return;
  side = fcntl(found, F_DUPFD_CLOEXEC, 900); /* out of the way of the program's own */
  syscall(SYS_close, found);
}

static int within(const char *path) {
  pthread_once(&once, begin);
  return side >= 0 && strncmp(path, home, home_length) == 0 &&
         (path[home_length] == '/' || path[home_length] == '\0');
}

static void say(char operation, uint64_t at, const char *path, const char *other, const void *data, size_t n) {
  int kept = errno;
  uint32_t lengths[3] = {(uint32_t)strlen(path), (uint32_t)strlen(other), (uint32_t)n};
  char head[21];
  head[0] = operation;
  memcpy(head + 1, lengths, 12);
  memcpy(head + 13, &at, 8);
  struct iovec parts[4] = {{head, 21}, {(void *)path, lengths[0]}, {(void *)other, lengths[1]}, {(void *)data, n}};
  if (syscall(SYS_writev, side, parts, 4) != (long)(21 + lengths[0] + lengths[1] + n)) {
    static const char sorry[] = "the log of the disk cannot be written\n";
    syscall(SYS_write, 2, sorry, sizeof sorry - 1);
    _exit(99);
  }
  errno = kept;
}

/* The place of an open file, if it is in the folder and has a name there still. */
static int place(int handle, char *path) {
  pthread_once(&once, begin);
  if (side < 0 || handle == side) return 0;
  int kept = errno;
  char link[40];
  snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
  ssize_t n = readlink(link, path, PATH_MAX - 1);
  errno = kept;
  if (n <= 0) return 0;
  path[n] = '\0';
  return within(path) && !strstr(path, " (deleted)");
}

/* A name that a call was given, in full: the folder it is in may be reached in several ways, the name not. */
static int named(int folder, const char *given, char *path) {
  int kept = errno;
  char parent[PATH_MAX], full[2 * PATH_MAX], copy[PATH_MAX];
  parent[0] = '\0';
  if (given[0] != '/') {
    if (folder == AT_FDCWD) {
      if (!getcwd(parent, sizeof parent)) parent[0] = '\0';
    } else {
      char link[40];
      snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
      ssize_t n = readlink(link, parent, sizeof parent - 1);
      parent[n > 0 ? n : 0] = '\0';
    }
    snprintf(full, sizeof full, "%s/%s", parent, given);
  } else {
    snprintf(full, sizeof full, "%s", given);
  }
  size_t end = strlen(full);
  while (end > 1 && full[end - 1] == '/') full[--end] = '\0';
  char *slash = strrchr(full, '/');
  *slash = '\0';
  int found = realpath(full[0] ? full : "/", copy) != NULL;
  if (found) found = snprintf(path, PATH_MAX, "%s/%s", copy, slash + 1) < PATH_MAX;
  errno = kept;
  return found && within(path);
}

static int there(const char *path) {
  struct stat about;
  int kept = errno, found = lstat(path, &about) == 0;
  errno = kept;
  return found;
}

static int opened(int folder, const char *given, int flags, mode_t mode) {
  char path[PATH_MAX];
  int makes = (flags & (O_CREAT | O_TRUNC)) && named(folder, given, path), was = makes && there(path);
  int handle = (int)syscall(SYS_openat, folder, given, flags | O_LARGEFILE, mode);
  if (handle >= 0 && makes) {
    if (!was) say('c', 0, path, "", "", 0);
    else if (flags & O_TRUNC) say('t', 0, path, "", "", 0);
  }
  return handle;
}

#define MODE \
  mode_t mode = 0; \
  if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, mode_t); va_end(more); }
int open(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return opened(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE return opened(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE return opened(folder, path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return opened(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

ssize_t write(int handle, const void *data, size_t count) {
  char path[PATH_MAX];
  int ours = place(handle, path);
  ssize_t done = syscall(SYS_write, handle, data, count);
  if (ours && done > 0) {
    int kept = errno; /* where it ended: right for appending too */
    off_t end = lseek(handle, 0, SEEK_CUR);
    errno = kept;
    say('w', (uint64_t)(end - done), path, "", data, (size_t)done);
  }
  return done;
}

static ssize_t written_at(int handle, const void *data, size_t count, off_t at) {
  char path[PATH_MAX];
  int ours = place(handle, path);
  ssize_t done = syscall(SYS_pwrite64, handle, data, count, at);
  if (ours && done > 0) say('w', (uint64_t)at, path, "", data, (size_t)done);
  return done;
}
ssize_t pwrite(int handle, const void *data, size_t count, off_t at) { return written_at(handle, data, count, at); }
ssize_t pwrite64(int handle, const void *data, size_t count, off_t at) { return written_at(handle, data, count, at); }

ssize_t writev(int handle, const struct iovec *parts, int count) {
  ssize_t all = 0;
  for (int i = 0; i < count; i++) {
    ssize_t done = write(handle, parts[i].iov_base, parts[i].iov_len);
    if (done < 0) return all ? all : done;
    all += done;
    if ((size_t)done < parts[i].iov_len) break;
  }
  return all;
}

static int cut_to(int handle, off_t length) {
  char path[PATH_MAX];
  int ours = place(handle, path), done = (int)syscall(SYS_ftruncate, handle, length);
  if (ours && !done) say('t', (uint64_t)length, path, "", "", 0);
  return done;
}
int ftruncate(int handle, off_t length) { return cut_to(handle, length); }
int ftruncate64(int handle, off_t length) { return cut_to(handle, length); }

static int synced(int handle, long call) {
  char path[PATH_MAX];
  int ours = place(handle, path);
  static uint64_t numbers;
  uint64_t mine = __atomic_add_fetch(&numbers, 1, __ATOMIC_SEQ_CST) << 22 | (uint64_t)getpid();
  if (ours) say('b', mine, path, "", "", 0);
  int done = (int)syscall(call, handle);
  if (ours && !done) say('e', mine, path, "", "", 0);
  return done;
}
int fsync(int handle) { return synced(handle, SYS_fsync); }
int fdatasync(int handle) { return synced(handle, SYS_fdatasync); }

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
  char old[PATH_MAX], new[PATH_MAX];
  int ours = named(from_folder, from, old) && named(to_folder, to, new);
  int done = (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, 0);
  if (ours && !done) say('r', 0, old, new, "", 0);
  return done;
}
int rename(const char *from, const char *to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int unlinkat(int folder, const char *given, int flags) {
  char path[PATH_MAX];
  int ours = named(folder, given, path), done = (int)syscall(SYS_unlinkat, folder, given, flags);
  if (ours && !done) say('u', 0, path, "", "", 0);
  return done;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int folder, const char *given, mode_t mode) {
  char path[PATH_MAX];
  int done = (int)syscall(SYS_mkdirat, folder, given, mode);
  if (!done && named(folder, given, path)) say('d', 0, path, "", "", 0);
  return done;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
  char old[PATH_MAX], new[PATH_MAX];
  int done = (int)syscall(SYS_linkat, from_folder, from, to_folder, to, flags);
  if (!done && named(from_folder, from, old) && named(to_folder, to, new)) say('l', 0, old, new, "", 0);
  return done;
}
int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

/* The test's own word in the log: what it had been told by then. */
void torture_mark(const char *text) {
  pthread_once(&once, begin);
  if (side >= 0) say('m', 0, "", "", text, strlen(text));
}
