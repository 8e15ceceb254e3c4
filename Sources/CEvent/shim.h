#pragma once
// First, because libevent defines _GNU_SOURCE, and the system's types would then differ from those
// that Swift knows: whether that is an error depends on the order in which files are compiled.
#include <sys/types.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <event2/util.h>
#include <linux/filter.h>
#include <stdio.h>
#include <sys/eventfd.h>

// libevent warns on standard error about what strangers send; only what ends the process is kept.
static inline void cevent_log(int severity, const char *message) {
    if (severity == EVENT_LOG_ERR) fprintf(stderr, "libevent: %s\n", message);
}

static inline void cevent_quiet(void) { event_set_log_callback(cevent_log); }

// Swift's Glibc module leaves out <sys/eventfd.h>.
static inline int cevent_wake_open(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }
static inline void cevent_wake(int descriptor) { (void)eventfd_write(descriptor, 1); }
static inline void cevent_wake_clear(int descriptor) {
    eventfd_t count;
    (void)eventfd_read(descriptor, &count);
}

// Makes a listening socket ignore those who have just begun to knock: the kernel drops a SYN, so
// that the client tries again, while handshakes under way go on. For a socket filter the packet
// begins with the TCP header, whose byte 13 has the flags; 0x12 are SYN and ACK.
static inline int cevent_ignore_knocks(int descriptor) {
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFF),
    };
    struct sock_fprog program = { sizeof steps / sizeof steps[0], steps };
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}
