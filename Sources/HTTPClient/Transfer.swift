import CCurl

/// What is to be done by one handle of curl.
enum Errand: Sendable {
    case request(OutgoingRequest, CheckedContinuation<IncomingAnswer, any Error>)
    case mail(OutgoingMail, CheckedContinuation<Void, any Error>)
}

/// One errand under way, with what curl has brought so far.
///
/// Touched only by the client's thread. curl holds it unretained; the thread's dictionary keeps it
/// until its handle is out of the multi handle.
@safe final class Transfer {
    let id: UInt64
    let errand: Errand
    let handle: UnsafeMutableRawPointer
    var headerLines = HeaderLines()
    private(set) var body: [UInt8] = []
    private(set) var isTooLarge = false
    private(set) var sent = 0
    /// Whether curl has taken all there is to upload.
    private(set) var isWhollyRead = false
    private let upload: [UInt8]
    private let bodyLimit: Int
    private var lists: [UnsafeMutablePointer<curl_slist>] = unsafe []

    init?(id: UInt64, errand: Errand) {
        guard let handle = unsafe curl_easy_init() else { return nil }
        self.id = id
        self.errand = errand
        unsafe self.handle = unsafe handle
        switch errand {
        case .request(let request, _):
            upload = request.body ?? []
            bodyLimit = request.maxBodyBytes
        case .mail(let mail, _):
            upload = mail.message
            bodyLimit = 65_536
        }
    }

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe lists.forEach { unsafe curl_slist_free_all($0) }
    }

    // MARK: Options

    func set(_ option: CURLoption, _ value: Int) {
        unsafe ccurl_set_long(handle, option, value)
    }

    func set(_ option: CURLoption, bytes value: Int) {
        unsafe ccurl_set_size(handle, option, curl_off_t(value))
    }

    func set(_ option: CURLoption, _ value: String) {
        unsafe ccurl_set_text(handle, option, value)
    }

    func set(_ option: CURLoption, _ values: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values { unsafe list = curl_slist_append(list, value) ?? list }
        guard let list = unsafe list else { return }
        unsafe lists.append(list)
        unsafe ccurl_set_list(handle, option, list)
    }

    /// Makes curl call back into this object.
    func connectCallbacks() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_set_pointer(handle, CURLOPT_PRIVATE, context)
        unsafe ccurl_set_transfer(handle, CURLOPT_WRITEFUNCTION, onBody)
        unsafe ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context)
        unsafe ccurl_set_transfer(handle, CURLOPT_HEADERFUNCTION, onHeader)
        unsafe ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        unsafe ccurl_set_transfer(handle, CURLOPT_READFUNCTION, onRead)
        unsafe ccurl_set_pointer(handle, CURLOPT_READDATA, context)
        // A body that was begun is never begun again: on a connection that was kept and turns out
        // to be closed, curl would send a request a second time that may have been acted on.
        unsafe ccurl_set_seek(handle, { _, _, _ in Int32(CURL_SEEKFUNC_FAIL) })
    }

    func number(_ info: CURLINFO) -> Int { unsafe ccurl_get_long(handle, info) }

    func size(_ info: CURLINFO) -> Int { unsafe Int(ccurl_get_size(handle, info)) }

    // MARK: Called by curl

    /// Keeps a piece of the answer's body; false when it is more than is allowed.
    func receive(_ piece: UnsafeRawBufferPointer) -> Bool {
        guard piece.count <= bodyLimit - body.count else {
            isTooLarge = true
            return false
        }
        unsafe body.append(contentsOf: piece)
        return true
    }

    func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        let isTaken = headerLines.take(unsafe String(decoding: line, as: UTF8.self))
        if !isTaken { isTooLarge = true }
        return isTaken
    }

    /// Fills curl's buffer with what comes next of the upload.
    func fill(_ space: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(space.count, upload.count - sent)
        unsafe space.copyBytes(from: upload[sent..<(sent + count)])
        sent += count
        if sent == upload.count { isWhollyRead = true }
        return count
    }
}

/// The lines before a body, or the replies of a mail server.
struct HeaderLines {
    private(set) var lines: [String] = []
    private var bytes = 0

    /// Keeps a line; false when there are too many.
    mutating func take(_ line: String) -> Bool {
        bytes += line.utf8.count
        guard bytes <= 131_072 else { return false }
        // A new status line, after an interim answer, begins anew.
        if line.hasPrefix("HTTP/") { lines = [] }
        var text = line[...]
        while let last = text.unicodeScalars.last, last == "\r" || last == "\n" {
            text.unicodeScalars.removeLast()
        }
        lines.append(String(text))
        return true
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    unsafe context.map { unsafe Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

private typealias TransferFunction =
    @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int

private let onBody: TransferFunction = { bytes, size, count, context in
    let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer(context)?.receive(piece) == true ? size * count : -1
}

private let onHeader: TransferFunction = { bytes, size, count, context in
    let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer(context)?.receiveHeader(piece) == true ? size * count : -1
}

private let onRead: TransferFunction = { bytes, size, count, context in
    let space = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
    return unsafe transfer(context)?.fill(space) ?? Int(CURL_READFUNC_ABORT)
}
