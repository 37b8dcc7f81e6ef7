#include "CLinux.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
    struct epoll_event event = { .events = events, .data.u64 = token };
    return epoll_ctl(epoll, operation, descriptor, &event);
}
int clinux_epoll_add(int e, int d, uint32_t events, uint64_t token) { return control(e, EPOLL_CTL_ADD, d, events, token); }
int clinux_epoll_modify(int e, int d, uint32_t events, uint64_t token) { return control(e, EPOLL_CTL_MOD, d, events, token); }
int clinux_epoll_remove(int e, int d) { return control(e, EPOLL_CTL_DEL, d, 0, 0); }

int clinux_epoll_wait(int epoll, clinux_event *events, int capacity, int timeout_ms) {
    struct epoll_event raw[256];
    if (capacity > 256) capacity = 256;
    int count = epoll_wait(epoll, raw, capacity, timeout_ms);
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

int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

uint64_t clinux_monotonic_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
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
