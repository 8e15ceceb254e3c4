import Wire

/// The segments of a route: literals and named parameters, `/invoices/:id/pdf`.
struct PathPattern: Sendable, Equatable {
    enum Segment: Sendable, Equatable {
        case literal(String)
        case parameter(String)
    }

    let text: String
    let segments: [Segment]

    /// - Precondition: The text starts with a slash and has no empty segment but the last.
    init(_ text: String) {
        precondition(text.hasPrefix("/") && !text.contains("//"), "a path starts with one slash")
        self.text = text
        segments = text.split(separator: "/").map {
            $0.hasPrefix(":") ? .parameter(String($0.dropFirst())) : .literal(String($0))
        }
    }

    var parameterNames: [String] {
        segments.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
    }

    /// The pattern as OpenAPI writes it.
    var template: String {
        let parts = segments.map { segment in
            switch segment {
            case .literal(let text): text
            case .parameter(let name): "{\(name)}"
            }
        }
        let end = text.count > 1 && text.hasSuffix("/") ? "/" : ""
        return "/" + parts.joined(separator: "/") + end
    }

    /// Whether some path matches both patterns and neither is the more particular one.
    func isAmbiguous(with other: PathPattern) -> Bool {
        guard segments.count == other.segments.count else { return false }
        var isMoreParticular = false
        var isLessParticular = false
        for pair in zip(segments, other.segments) {
            switch pair {
            case (.literal(let one), .literal(let two)): if one != two { return false }
            case (.literal, .parameter): isMoreParticular = true
            case (.parameter, .literal): isLessParticular = true
            case (.parameter, .parameter): break
            }
        }
        return isMoreParticular == isLessParticular
    }
}

/// The segments of a path as they came, still encoded; nil for a path that no route may match.
///
/// Empty segments, dot segments, and escaped slashes, backslashes and dots-only segments are where
/// two programs read one path in two ways, so such a path exists nowhere. One slash at the end
/// makes no difference.
func rawSegments(of path: String) -> [String]? {
    guard path.hasPrefix("/") else { return nil }
    var parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    guard parts.allSatisfy({ decodedSegment($0) != nil }) else { return nil }
    return parts.map(String.init)
}

/// The text of one segment; nil when it is empty or could be read in two ways.
func decodedSegment(_ raw: some StringProtocol) -> String? {
    guard let text = PercentCoding.decode(raw), !text.isEmpty, text != ".", text != "..",
        !text.utf8.contains(where: { $0 < 32 || $0 == 127 || $0 == 47 || $0 == 92 })
    else { return nil }
    return text
}
