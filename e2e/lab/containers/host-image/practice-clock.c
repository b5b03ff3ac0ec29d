/*
 * A clock of its own for the programs of a practice server: the time of day lies as many seconds ahead of the true
 * one as /etc/practice-clock says. Nothing here locks or allocates, so it is safe in signal handlers and after fork.
 */
typedef long Seconds;
struct Spec { Seconds seconds; long nanoseconds; };
struct Val { Seconds seconds; long microseconds; };
extern long syscall(long number, ...);
extern int open(const char *path, int flags, ...);
extern void *mmap(void *address, unsigned long size, int protection, int flags, int file, long offset);
extern int close(int file);

#if defined(__x86_64__)
enum { CLOCK_GETTIME = 228 };
#else
enum { CLOCK_GETTIME = 113 };
#endif
enum { REALTIME = 0, REALTIME_COARSE = 5, READ = 1, SHARED = 1, CLOEXEC = 02000000, FILE_BYTES = 8 };

static const volatile long *mappedText;

/* The file keeps its size, which is what is mapped, and is written in one piece. */
static Seconds ahead(void) {
  if (mappedText == 0) {
    int file = open("/etc/practice-clock", CLOEXEC);
    if (file < 0) return 0;
    void *mapped = mmap(0, FILE_BYTES, READ, SHARED, file, 0);
    close(file);
    if (mapped == (void *)-1) return 0;
    mappedText = mapped;
  }
  long copy = *mappedText;
  const char *text = (const char *)&copy;
  Seconds seconds = 0;
  for (int at = 1; at < FILE_BYTES && text[at] >= '0' && text[at] <= '9'; at += 1)
    seconds = seconds * 10 + (text[at] - '0');
  return text[0] == '-' ? -seconds : seconds;
}

int clock_gettime(int clock, struct Spec *now) {
  int result = (int)syscall(CLOCK_GETTIME, (long)clock, now);
  if (result == 0 && (clock == REALTIME || clock == REALTIME_COARSE)) now->seconds += ahead();
  return result;
}

int gettimeofday(struct Val *now, void *zone) {
  struct Spec spec;
  (void)zone;
  if (clock_gettime(REALTIME, &spec) != 0) return -1;
  now->seconds = spec.seconds;
  now->microseconds = spec.nanoseconds / 1000;
  return 0;
}

Seconds time(Seconds *now) {
  struct Spec spec;
  if (clock_gettime(REALTIME, &spec) != 0) return -1;
  if (now != 0) *now = spec.seconds;
  return spec.seconds;
}
