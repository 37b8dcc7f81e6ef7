#include "CLinux.h"
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = { .events = events, .data.u64 = token };
    return epoll_ctl(epoll, operation, descriptor, &event);
}
int clinux_epoll_add(int e, int d, uint32_t events, uint64_t token) { return control(e, EPOLL_CTL_ADD, d, events, token); }
int clinux_epoll_modify(int e, int d, uint32_t events, uint64_t token) { return control(e, EPOLL_CTL_MOD, d, events, token); }
int clinux_epoll_remove(int e, int d) { return control(e, EPOLL_CTL_DEL, d, 0, 0); }

static struct timespec from_ns(int64_t ns) { return (struct timespec){ .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 }; }

// To the nanosecond where the kernel can (5.11), else rounded up to a millisecond: never early.
static int wait_ns(int epoll, struct epoll_event *events, int capacity, int64_t timeout_ns) {
#ifdef SYS_epoll_pwait2
    static _Atomic int is_missing;
    if (timeout_ns > 0 && timeout_ns % 1000000 != 0 && !is_missing) {
        struct timespec timeout = from_ns(timeout_ns);
        int count = (int)syscall(SYS_epoll_pwait2, epoll, events, capacity, &timeout, NULL, 0);
        // A sandbox may refuse a call that it does not know in its own way.
        if (count >= 0 || (errno != ENOSYS && errno != EPERM)) return count;
        is_missing = 1;
    }
#endif
    return epoll_wait(epoll, events, capacity, timeout_ns < 0 ? -1 : (int)((timeout_ns + 999999) / 1000000));
}

int clinux_epoll_wait(int epoll, clinux_event *events, int capacity, int64_t timeout_ns) {
    struct epoll_event raw[256];
    if (capacity > 256) capacity = 256;
    int count = wait_ns(epoll, raw, capacity, timeout_ns);
    if (count < 0) return errno == EINTR ? 0 : -1;
    for (int i = 0; i < count; i++) {
        events[i].events = raw[i].events;
        events[i].token = raw[i].data.u64;
    }
    return count;
}

int clinux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
// write and read and not eventfd_write and eventfd_read: the thread sanitizer knows that they order two threads.
void clinux_eventfd_signal(int descriptor) {
    const uint64_t one = 1;
    (void)!write(descriptor, &one, sizeof one);
}
void clinux_eventfd_drain(int descriptor) {
    uint64_t count;
    (void)!read(descriptor, &count, sizeof count);
}

int clinux_signalfd(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
    int failure = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (failure) { errno = failure; return -1; }
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}
int clinux_signalfd_read(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

int clinux_accept(int listener, struct sockaddr *peer, socklen_t *length) {
    return accept4(listener, peer, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

ssize_t clinux_send_two(int descriptor, const void *first, size_t first_size, const void *second, size_t second_size) {
    struct iovec pieces[2] = {{ (void *)first, first_size }, { (void *)second, second_size }};
    struct msghdr message = { .msg_iov = pieces, .msg_iovlen = 2 };
    return sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

void clinux_end_sending(int descriptor) { shutdown(descriptor, SHUT_WR); }

int clinux_spawn_closes_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

uint64_t clinux_monotonic_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
uint64_t clinux_thread_cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
void clinux_wake_exactly(void) { prctl(PR_SET_TIMERSLACK, 1UL); }
int64_t clinux_wall_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct start { void (*body)(void *); void *context; char name[16]; };
static void *thread_main(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    pthread_setname_np(pthread_self(), start.name);
    start.body(start.context);
    return NULL;
}
int clinux_thread_start(pthread_t *thread, const char *name, void (*body)(void *), void *context) {
    struct start *start = calloc(1, sizeof *start);
    if (!start) return ENOMEM;
    start->body = body;
    start->context = context;
    strncpy(start->name, name, sizeof start->name - 1);
    int failure = pthread_create(thread, NULL, thread_main, start);
    if (failure) free(start);
    return failure;
}
uint64_t clinux_thread_self(void) { return (uint64_t)pthread_self(); }

// On Linux 0 is the calling thread here, not the process. A refusal changes nothing but speed.
void clinux_thread_yield_share(int steps) { (void)setpriority(PRIO_PROCESS, 0, steps); }
