import Foundation
import Testing

@testable import App

@Suite struct AssetsTests {
    @Test func `a file is named by its content, and others name it so`() throws {
        let folder = try folder([
            "site.css": "/* why */\n@font-face {\n    src: url(\"type.woff2\");\n}\n",
            "type.woff2": "font", "main.js": "import \"./part.js\";", "part.js": "export {};",
        ])
        let assets = Assets(folders: [folder])
        let font = assets.servedName("type.woff2")
        #expect(font.wholeMatch(of: /type-[0-9a-f]{12}\.woff2/) != nil)
        let styles = try #require(assets.file(assets.servedName("site.css")))
        #expect(String(decoding: styles.bytes, as: UTF8.self).contains("url(\"\(font)\")"))
        let script = try #require(assets.file(assets.servedName("main.js")))
        let part = assets.servedName("part.js")
        #expect(String(decoding: script.bytes, as: UTF8.self) == "import \"./\(part)\";")
    }

    @Test func `a change in a part renames what names it`() throws {
        let before = Assets(folders: [
            try folder(["main.js": "import \"./part.js\";", "part.js": "1"])
        ])
        let after = Assets(folders: [
            try folder(["main.js": "import \"./part.js\";", "part.js": "2"])
        ])
        #expect(before.servedName("main.js") != after.servedName("main.js"))
    }

    @Test func `a missing folder and files of other kinds are passed over`() throws {
        let folder = try folder(["notes.txt": "x", ".stamp": "y", "app.js": "1"])
        let assets = Assets(folders: [URL(fileURLWithPath: "/nonexistent/assets"), folder])
        #expect(assets.has("app.js"))
        #expect(!assets.has("notes.txt"))
        #expect(assets.path("icons.svg") == "/assets/icons.svg")
    }

    @Test func `the portal's own files stay small and ask nobody else`() throws {
        let assets = Assets.standard()
        let styles = try #require(assets.file(assets.servedName("app.css")))
        #expect(styles.bytes.count < 30 * 1_024)
        let scripts = [
            "app.js", "confirm.js", "copy.js", "cycle.js", "live.js", "palette.js", "theme.js",
            "times.js",
        ]
        .compactMap { assets.file(assets.servedName($0)) }
        #expect(scripts.count == 8)
        #expect(scripts.map(\.bytes.count).reduce(0, +) < 25_000)
        for file in scripts + [styles] {
            #expect(!String(decoding: file.bytes, as: UTF8.self).contains("//cdn"))
            #expect(!String(decoding: file.bytes, as: UTF8.self).contains("https://"))
        }
    }

    private func folder(_ files: [String: String]) throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "assets-\(UInt64.random(in: .min ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            try Data(text.utf8).write(to: folder.appending(path: name))
        }
        return folder
    }
}
