import CEvent
import Glibc

// What C calls. All of these run on the thread of a loop, and their contexts are unretained: a loop
// outlives its base, and a connection stays in its loop's table until it has no events.

private func connection(_ context: UnsafeMutableRawPointer?) -> Connection? {
    unsafe context.map { unsafe Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
}

private func loop(_ context: UnsafeMutableRawPointer?) -> Loop? {
    unsafe context.map { unsafe Unmanaged<Loop>.fromOpaque($0).takeUnretainedValue() }
}

let onReadable: event_callback_fn = { _, _, context in
    unsafe connection(context)?.readable()
}

let onWritable: event_callback_fn = { _, _, context in
    unsafe connection(context)?.writable()
}

let onDeadline: event_callback_fn = { _, _, context in
    unsafe connection(context)?.timerFired()
}

let onAccepted: evconnlistener_cb = { _, descriptor, address, length, context in
    unsafe loop(context)?.accepted(descriptor, from: numericHost(address, length))
}

let onWake: event_callback_fn = { _, _, context in
    unsafe loop(context)?.readMail()
}

let onTick: event_callback_fn = { _, _, context in
    unsafe loop(context)?.tick()
}

let onAcceptError: evconnlistener_errorcb = { _, context in
    unsafe loop(context)?.acceptFailed()
}

/// An address as text; one of IPv4 that came over IPv6 is written as what it is.
private func numericHost(_ address: UnsafeMutablePointer<sockaddr>?, _ length: Int32) -> String {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let size = socklen_t(text.count)
    guard
        unsafe getnameinfo(address, socklen_t(length), &text, size, nil, 0, NI_NUMERICHOST) == 0
    else { return "" }
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let host = String(decoding: bytes, as: UTF8.self)
    return host.hasPrefix("::ffff:") && host.contains(".") ? String(host.dropFirst(7)) : host
}
