/// Reads the requests of one connection from its bytes, however they are cut.
///
/// Strict, because a proxy in front may read differently what is written oddly: two lengths, folded
/// lines, bare line feeds, NULs and sizes such as `0x10` are refused and not repaired (RFC 9112).
package struct RequestParser {
    package enum Phase: Equatable {
        case head
        case counted(remaining: Int)
        case chunkSize
        case chunkData(remaining: Int)
        case chunkEnd
        case trailer
        /// The request has ended; what follows is the next one, once this one is answered.
        case complete
        case broken(Refusal)
    }

    package private(set) var phase = Phase.head
    /// The head of the request, once it is whole.
    package private(set) var head: RequestHead?
    /// The body without its framing, as far as it has come.
    package private(set) var body: [UInt8] = []

    private let limits: ServerLimits
    private var text: [UInt8] = []
    private var requestLine: RequestLine?
    /// Where the field lines of the head are in the text.
    private var lines: [Range<Int>] = []
    private var lineStart = 0
    private var fieldBytes = 0
    private var announcedBytes = 0

    package init(limits: ServerLimits) { self.limits = limits }

    /// Whether any byte of the next request has come.
    package var hasBegun: Bool { phase != .head || !text.isEmpty }

    /// Whether the client has sent the head alone and waits for `100 Continue` (RFC 9110, 10.1.1).
    var awaitsContinue: Bool {
        guard let head, head.expectsContinue, head.minorVersion == 1, body.isEmpty else {
            return false
        }
        switch phase {
        case .counted: return true
        case .chunkSize: return text.isEmpty
        default: return false
        }
    }

    /// Gets ready for the next request on the same connection, and keeps small buffers for it.
    mutating func reset() {
        phase = .head
        head = nil
        requestLine = nil
        body = []
        text.removeAll(keepingCapacity: text.capacity <= 1_024)
        lines.removeAll(keepingCapacity: lines.capacity <= 32)
        lineStart = 0
        fieldBytes = 0
        announcedBytes = 0
    }

    /// Reads bytes until they end, the request ends or a fault is found.
    ///
    /// - Returns: how many bytes belong to this request.
    @discardableResult
    package mutating func take(_ bytes: Span<UInt8>) -> Int {
        var index = 0
        while index < bytes.count {
            switch phase {
            case .counted(let remaining):
                let taken = takeBody(of: bytes, from: index, atMost: remaining)
                index += taken
                phase = taken == remaining ? .complete : .counted(remaining: remaining - taken)
            case .chunkData(let remaining):
                let taken = takeBody(of: bytes, from: index, atMost: remaining)
                index += taken
                phase = taken == remaining ? .chunkEnd : .chunkData(remaining: remaining - taken)
            case .head, .chunkSize, .chunkEnd, .trailer:
                index = takeLine(of: bytes, from: index)
            case .complete, .broken:
                return index
            }
        }
        return index
    }

    /// Keeps bytes of the body; room is made for what has come, not for what was announced.
    private mutating func takeBody(
        of bytes: Span<UInt8>,
        from start: Int,
        atMost remaining: Int
    ) -> Int {
        let count = min(remaining, bytes.count - start)
        body.append(bytes.extracting(start..<(start + count)))
        return count
    }

    /// Follows bytes to the end of a line, or to theirs.
    ///
    /// - Returns: where the next line begins.
    private mutating func takeLine(of bytes: Span<UInt8>, from start: Int) -> Int {
        let isField = phase == .head || phase == .trailer
        // One block for a usual head, in place of many that double.
        if text.isEmpty { text.reserveCapacity(512) }
        var index = start
        while index < bytes.count, !isBroken {
            let afterReturn = text.count > lineStart && text[text.count - 1] == 13
            let end = afterReturn ? index : endOfPlainBytes(in: bytes, from: index)
            let count = max(1, end - index)
            if isField {
                fieldBytes += count
                guard fieldBytes <= limits.headerBytes else {
                    fail(431, "header fields too large")
                    break
                }
            }
            if end > index {
                text.append(bytes.extracting(index..<end))
            } else if bytes[index] == 10, afterReturn {
                endLine()
                return index + 1
            } else {
                takeOdd(bytes[index], afterReturn: afterReturn)
            }
            index += count
            if !isField, text.count - lineStart > 18 { fail(400, "malformed chunk size") }
        }
        return bytes.count
    }

    /// Where bytes that are neither the end of a line nor forbidden in one end.
    private func endOfPlainBytes(in bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case 9, 0x20...0x7E, 0x80...: index += 1
            default: return index
            }
        }
        return index
    }

    /// Takes the first byte of the end of a line; nothing else comes where this one does.
    private mutating func takeOdd(_ byte: UInt8, afterReturn: Bool) {
        switch byte {
        case 10: fail(400, "bare line feed")
        case _ where afterReturn: fail(400, "bare carriage return")
        case 13: text.append(byte)
        default: fail(400, "control character")
        }
    }

    private var isBroken: Bool { if case .broken = phase { true } else { false } }

    private mutating func endLine() {
        // A slice that is held would make a copy of the text when it grows.
        let range = lineStart..<(text.count - 1)
        text.append(10)
        lineStart = text.count
        let line = text[range]
        switch phase {
        case .head where line.isEmpty: endHead()
        case .head: addHeadLine(range)
        case .chunkSize: beginChunk(line)
        case .chunkEnd:
            guard line.isEmpty else { return fail(400, "malformed chunk") }
            expectLines(in: .chunkSize)
        case .trailer where line.isEmpty: phase = .complete
        case .trailer:
            do { _ = try RequestHead.field(line) } catch { phase = .broken(error) }
        default: break
        }
    }

    /// The first line is judged at once: what is no HTTP at all need not go on.
    private mutating func addHeadLine(_ range: Range<Int>) {
        guard requestLine == nil else { return lines.append(range) }
        do { requestLine = try RequestLine(text[range]) } catch { phase = .broken(error) }
    }

    private mutating func endHead() {
        guard let requestLine else { return fail(400, "no request line") }
        do {
            let fields = lines.map { text[$0] }
            let head = try RequestHead(requestLine, fields: fields, bodyLimit: limits.bodyBytes)
            self.head = head
            switch head.framing {
            case .none, .counted(0): phase = .complete
            case .counted(let length): phase = .counted(remaining: length)
            case .chunked: expectLines(in: .chunkSize)
            }
        } catch {
            phase = .broken(error)
        }
    }

    /// Reads `1*HEXDIG` and nothing else: no sign, no prefix, no space and no extension.
    private mutating func beginChunk(_ line: ArraySlice<UInt8>) {
        guard (1...15).contains(line.count), line.allSatisfy(\.isHexadecimalDigit),
            let size = Int(String(decoding: line, as: UTF8.self), radix: 16)
        else { return fail(400, "malformed chunk size") }
        guard size <= limits.bodyBytes - announcedBytes else {
            return fail(413, "body too large")
        }
        announcedBytes += size
        expectLines(in: size == 0 ? .trailer : .chunkData(remaining: size))
    }

    private mutating func expectLines(in next: Phase) {
        phase = next
        text.removeAll(keepingCapacity: true)
        lineStart = 0
    }

    private mutating func fail(_ status: Int, _ reason: String) {
        phase = .broken(Refusal(status, reason))
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool {
        switch self {
        case 48...57, 65...70, 97...102: true
        default: false
        }
    }
}
