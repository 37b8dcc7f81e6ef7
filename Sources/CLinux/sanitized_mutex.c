// Only under the thread sanitizer: tells it what a contended `Mutex` does.
//
// Swift's Mutex takes its fast path in the caller's code, where the sanitizer sees the atomic operation. The slow
// path, taken when two threads meet, lies in the Synchronization library, which is not instrumented: every meeting
// would be reported as a race. These two functions stand before the library's, call them, and say the order aloud.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#include <dlfcn.h>
#include <stdint.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SWIFT_CALL __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT_CALL void clinux_lock_slow(uint32_t thread, SELF void *mutex) __asm__(LOCK_SLOW);
SWIFT_CALL void clinux_unlock_slow(SELF void *mutex) __asm__(UNLOCK_SLOW);

SWIFT_CALL void clinux_lock_slow(uint32_t thread, SELF void *mutex) {
    typedef SWIFT_CALL void (*lock_slow)(uint32_t, SELF void *);
    ((lock_slow)dlsym(RTLD_NEXT, LOCK_SLOW))(thread, mutex);
    __tsan_acquire(mutex);
}

SWIFT_CALL void clinux_unlock_slow(SELF void *mutex) {
    typedef SWIFT_CALL void (*unlock_slow)(SELF void *);
    __tsan_release(mutex);
    ((unlock_slow)dlsym(RTLD_NEXT, UNLOCK_SLOW))(mutex);
}
#endif
#endif
typedef int clinux_sanitized_mutex_is_not_empty;
