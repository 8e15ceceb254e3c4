/// Follows the bytes of one connection ahead of evhttp, and finds where each request ends.
///
/// evhttp takes the first of two lengths, joins folded lines, cuts a line at a NUL, ends lines at a
/// bare line feed and reads `0x10` as a chunk's size. So the bytes are judged here before it sees
/// them, and what the handler is given comes from this reading.
package struct FramingWatch {
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
    /// Bytes of the body without its framing, so far.
    package private(set) var bodyBytes = 0

    private let limits: ServerLimits
    private var text: [UInt8] = []
    /// Where the lines of the head are in the text.
    private var lines: [Range<Int>] = []
    private var lineStart = 0
    private var fieldBytes = 0

    package init(limits: ServerLimits) { self.limits = limits }

    /// Whether any byte of the next request has come.
    var hasBegun: Bool { phase != .head || !text.isEmpty }

    /// Gets ready for the next request on the same connection.
    mutating func reset() { self = FramingWatch(limits: limits) }

    /// Passes over bytes of a counted body without looking at them.
    ///
    /// - Returns: how many bytes it passed over.
    package mutating func skip(_ count: Int) -> Int {
        guard case .counted(let remaining) = phase else { return 0 }
        let skipped = min(count, remaining)
        bodyBytes += skipped
        phase = skipped == remaining ? .complete : .counted(remaining: remaining - skipped)
        return skipped
    }

    /// Follows bytes until they end, the request ends or a fault is found.
    package mutating func take(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        var index = 0
        while index < bytes.count {
            switch phase {
            case .counted:
                index += skip(bytes.count - index)
            case .chunkData(let remaining):
                let taken = min(remaining, bytes.count - index)
                index += taken
                phase = taken == remaining ? .chunkEnd : .chunkData(remaining: remaining - taken)
            case .head, .chunkSize, .chunkEnd, .trailer:
                index = takeLine(of: bytes, from: index)
            case .complete, .broken:
                return
            }
        }
    }

    /// Follows bytes to the end of a line, or to theirs.
    ///
    /// - Returns: where the next line begins.
    private mutating func takeLine(of bytes: [UInt8], from start: Int) -> Int {
        let isField = phase == .head || phase == .trailer
        // One block for a usual head, in place of many that double.
        if text.isEmpty { text.reserveCapacity(512) }
        for index in start..<bytes.count {
            if isField {
                fieldBytes += 1
                guard fieldBytes <= limits.headerBytes else {
                    fail(431, "header fields too large")
                    return bytes.count
                }
            }
            let byte = bytes[index]
            let afterReturn = text.count > lineStart && text[text.count - 1] == 13
            switch byte {
            case 10 where afterReturn:
                // A slice that is held would make a copy of the text when it grows.
                let line = lineStart..<(text.count - 1)
                text.append(byte)
                lineStart = text.count
                endLine(line)
                return index + 1
            case 10: fail(400, "bare line feed")
            case _ where afterReturn: fail(400, "bare carriage return")
            case 13, 9, 0x20...0x7E, 0x80...: text.append(byte)
            default: fail(400, "control character")
            }
            if !isField, text.count - lineStart > 18 { fail(400, "malformed chunk size") }
            if isBroken { return bytes.count }
        }
        return bytes.count
    }

    private var isBroken: Bool { if case .broken = phase { true } else { false } }

    private mutating func endLine(_ range: Range<Int>) {
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

    /// The first line is judged at once, because evhttp does not wait for the others either.
    private mutating func addHeadLine(_ range: Range<Int>) {
        lines.append(range)
        guard lines.count == 1 else { return }
        do { _ = try RequestLine(text[range]) } catch { phase = .broken(error) }
    }

    private mutating func endHead() {
        do {
            let lines = lines.map { text[$0] }
            let head = try RequestHead(lines: lines, bodyLimit: limits.bodyBytes)
            self.head = head
            self.lines = []
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
        guard size <= limits.bodyBytes - bodyBytes else { return fail(413, "body too large") }
        bodyBytes += size
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

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool {
        switch self {
        case 48...57, 65...70, 97...102: true
        default: false
        }
    }
}
