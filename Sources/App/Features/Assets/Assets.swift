import Cryptography
package import Foundation
import Support

/// The files that pages are made of: styles, scripts, icons, the font.
///
/// They are read once at the start and named by a hash of their content, so that browsers may keep
/// them for ever. What one file says of another is renamed along.
package struct Assets: Sendable {
    /// One file as it is served.
    struct File: Sendable {
        let bytes: [UInt8]
        let contentType: String
        /// Changes when the content does.
        let tag: String
        /// Whether the name changes with the content.
        let isImmutable: Bool
    }

    /// By the name under which a file is served.
    private let files: [String: File]
    /// What each file is served as, by its own name.
    private let servedNames: [String: String]

    /// Reads the files of some folders; the first that has a name wins. A folder that is missing
    /// is passed over, so that a page without its pictures is still a page.
    package init(folders: [URL]) {
        var reader = AssetReader(sources: Assets.sources(in: folders))
        for name in reader.sources.keys.sorted() { reader.add(name) }
        files = reader.files
        servedNames = reader.servedNames
    }

    /// Our own files and those that `scripts/prepare` makes.
    package static func standard() -> Assets {
        Assets(folders: ["Public", "build/assets"].compactMap { ResourceFolder.find($0) })
    }

    /// The name a file is served by; its own when there is no such file, which is a 404 then.
    func servedName(_ name: String) -> String { servedNames[name] ?? name }

    /// A file by the name it is served by.
    func file(_ servedName: String) -> File? { files[servedName] }

    /// Whether there is a file of a name.
    func has(_ name: String) -> Bool { servedNames[name] != nil }

    private static func sources(in folders: [URL]) -> [String: URL] {
        var sources: [String: URL] = [:]
        for folder in folders {
            let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
            for path in paths {
                let file = folder.appendingPathComponent(path)
                let name = file.lastPathComponent
                guard AssetReader.contentTypes[file.pathExtension] != nil, !name.hasPrefix(".")
                else { continue }
                if sources[name] == nil { sources[name] = file }
            }
        }
        return sources
    }
}

/// Reads files and renames what they say of one another.
private struct AssetReader {
    let sources: [String: URL]
    private(set) var files: [String: Assets.File] = [:]
    private(set) var servedNames: [String: String] = [:]
    private var underWay: Set<String> = []

    static let contentTypes = [
        "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml", "woff2": "font/woff2", "png": "image/png", "ico": "image/x-icon",
    ]

    /// Files that pages name by themselves, because views know no hashes.
    private static let plainlyNamed: Set<String> = ["icons.svg"]

    init(sources: [String: URL]) { self.sources = sources }

    /// Adds a file, those that it names first; returns what it is served as.
    @discardableResult
    mutating func add(_ name: String) -> String {
        if let known = servedNames[name] { return known }
        guard let source = sources[name], let data = try? Data(contentsOf: source),
            underWay.insert(name).inserted
        else { return name }
        let bytes = renamed(Array(data), source.pathExtension)
        let tag = String(Hex.encode(SHA256.hash(bytes)).prefix(12))
        let isImmutable = !AssetReader.plainlyNamed.contains(name)
        let stem = source.deletingPathExtension().lastPathComponent
        let served = isImmutable ? "\(stem)-\(tag).\(source.pathExtension)" : name
        servedNames[name] = served
        files[served] = Assets.File(
            bytes: bytes,
            contentType: AssetReader.contentTypes[source.pathExtension] ?? "",
            tag: tag,
            isImmutable: isImmutable
        )
        return served
    }

    /// The content with the names of other files replaced: `"./name.js"` and `url("name.woff2")`.
    private mutating func renamed(_ bytes: [UInt8], _ kind: String) -> [UInt8] {
        // The big files of others name none of ours.
        guard kind == "css" || kind == "js", bytes.count < 200_000 else { return bytes }
        var text = String(decoding: bytes, as: UTF8.self)
        for other in sources.keys.sorted() {
            for (before, after) in [("\"./", "\""), ("url(\"", "\")")] {
                let mention = before + other + after
                guard text.contains(mention) else { continue }
                text = text.replacingOccurrences(of: mention, with: before + add(other) + after)
            }
        }
        guard kind == "css" else { return Array(text.utf8) }
        return Array(AssetReader.shortNamed(AssetReader.unindented(text)).utf8)
    }

    /// Styles whose custom properties have names of a letter or two. Only the style sheet names
    /// them, so nobody misses the long ones.
    private static func shortNamed(_ styles: String) -> String {
        var short: [Substring: String] = [:]
        return styles.replacing(/--[a-z][a-z0-9-]*/) { match in
            let name = match.output
            if let known = short[name] { return known }
            let fresh = "--" + String(short.count, radix: 36)
            short[name] = fresh
            return fresh
        }
    }

    /// Styles without indentation and comments, which browsers do not need.
    private static func unindented(_ styles: String) -> String {
        styles.replacing(/\/\*.*?\*\//.dotMatchesNewlines(), with: "")
            .replacing(/\s*([{};])\s*/) { match in "\(match.1)" }
            .replacing(/\s+/, with: " ").replacing(";}", with: "}")
            .replacing(": ", with: ":").replacing(", ", with: ",").replacing(" > ", with: ">")
    }
}
