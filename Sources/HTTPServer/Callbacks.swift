import CEvent

// What C calls. All of these run on the thread of a loop, and their contexts are unretained: a loop
// outlives its base, and a connection stays in its loop's dictionary until `onClosed`.

private func connection(_ context: UnsafeMutableRawPointer?) -> Connection? {
    unsafe context.map { unsafe Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
}

private func loop(_ context: UnsafeMutableRawPointer?) -> Loop? {
    unsafe context.map { unsafe Unmanaged<Loop>.fromOpaque($0).takeUnretainedValue() }
}

let onDeadline: event_callback_fn = { _, _, context in
    unsafe connection(context)?.expired()
}

let onKick: event_callback_fn = { _, _, context in
    unsafe connection(context)?.kicked()
}

let onInput: evbuffer_cb_func = { _, change, context in
    guard let added = unsafe change?.pointee.n_added, added > 0 else { return }
    unsafe connection(context)?.received(added)
}

let onDiscard: bufferevent_data_cb = { _, context in
    unsafe connection(context)?.drainInput()
}

let onDiscardEnd: bufferevent_event_cb = { _, _, context in
    unsafe connection(context)?.cut()
}

let onClosed: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Void = { _, context in
    unsafe connection(context)?.closed()
}

let onAnswered: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Void = { _, context in
    unsafe connection(context)?.answered()
}

let onDrained: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Void = { _, context in
    unsafe connection(context)?.resumeWriter()
}

let onRequest: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Void = {
    request,
    context in
    guard let request = unsafe request else { return }
    unsafe loop(context)?.begin(request)
}

let onStream: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> OpaquePointer? = {
    _,
    context in
    unsafe loop(context)?.makeStream()
}

let onWake: event_callback_fn = { _, _, context in
    unsafe loop(context)?.readMail()
}

let onTick: event_callback_fn = { _, _, context in
    unsafe loop(context)?.tick()
}

let onAcceptError: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Void = {
    _,
    context in
    unsafe loop(context)?.acceptFailed()
}
