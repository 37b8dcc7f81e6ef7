// What Glibc's Swift module does not show: epoll, eventfd, signalfd, and calls that are macros or variadic.
#ifndef CLINUX_H
#define CLINUX_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "clinux_lazy.h"

// An epoll event as two plain numbers: the C union would need unsafe code at every use in Swift.
typedef struct { uint32_t events; uint64_t token; } clinux_event;

int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token);
int clinux_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t token);
int clinux_epoll_remove(int epoll, int descriptor);
// Waits and writes at most `capacity` (256 at most) events; -1 with errno on failure, EINTR counts as 0. A timeout
// below 0 waits for ever; what is no whole number of milliseconds is waited to the nanosecond if the kernel can.
int clinux_epoll_wait(int epoll, clinux_event *events, int capacity, int64_t timeout_ns);

int clinux_eventfd(void);
void clinux_eventfd_signal(int descriptor);
void clinux_eventfd_drain(int descriptor);

// Blocks the signals for this and every later thread and returns a descriptor that reads them.
int clinux_signalfd(const int *signals, int count);
// The number of one pending signal, or 0 when there is none.
int clinux_signalfd_read(int descriptor);

// accept4, non-blocking and closed on exec.
int clinux_accept(int listener, struct sockaddr *peer, socklen_t *length);

// Sends two pieces with one call, without SIGPIPE.
ssize_t clinux_send_two(int descriptor, const void *first, size_t first_size, const void *second, size_t second_size);

// Tells the peer that nothing more will be sent, and goes on reading.
void clinux_end_sending(int descriptor);

// The child gets no descriptor from this number on. Glibc's Swift module does not show it.
int clinux_spawn_closes_from(posix_spawn_file_actions_t *actions, int first);

// A pipe whose ends no child inherits by accident.
int clinux_pipe(int ends[2]);

// Monotonic nanoseconds, and wall clock milliseconds since the epoch.
uint64_t clinux_monotonic_ns(void);
int64_t clinux_wall_ms(void);
// Time that the calling thread has spent on a processor.
uint64_t clinux_thread_cpu_ns(void);
// The kernel may let a waiting thread sleep 50 us longer than it asked for, to save power; this one no more.
void clinux_wake_exactly(void);

// A thread of this name that runs body(context); 0 or an errno.
int clinux_thread_start(pthread_t *thread, const char *name, void (*body)(void *), void *context);
uint64_t clinux_thread_self(void);
// The calling thread gets a smaller share of a busy processor: `steps` of niceness.
void clinux_thread_yield_share(int steps);

#endif
