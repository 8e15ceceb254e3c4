// Tells the thread sanitizer what the slow path of Swift's `Mutex` does.
//
// A `Mutex` that nobody holds is taken and given back by atomics that are inlined into our code,
// which the sanitizer sees. One that is waited for is handed over by the kernel, inside a library
// of the toolchain that is not instrumented; so the sanitizer believed that whoever had waited came
// without having heard of what was done under the lock before. The linker puts these two functions
// in the place of that library's (`--wrap`), and they say so.
#include <stdint.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

SWIFT void wait_for_lock(uint32_t thread, SELF) __asm__("__real_" LOCK_SLOW);
SWIFT void hand_over(SELF) __asm__("__real_" UNLOCK_SLOW);
SWIFT void lock(uint32_t thread, SELF) __asm__("__wrap_" LOCK_SLOW);
SWIFT void unlock(SELF) __asm__("__wrap_" UNLOCK_SLOW);

SWIFT void lock(uint32_t thread, SELF) {
    wait_for_lock(thread, self);
    __tsan_acquire(self);
}

SWIFT void unlock(SELF) {
    __tsan_release(self);
    hand_over(self);
}
