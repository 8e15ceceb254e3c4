import Foundation
import Support
import Synchronization

/// Makes PDF files of documents: PDF/A-3 and PDF/UA, in any script, the same bytes for the same
/// document. It works on threads of its own, since a page takes milliseconds.
package final class Typesetter: Sendable {
    private let presses: [Press]

    /// A typesetter whose threads read their fonts when they are first needed.
    package init(threads: Int = 2, queueLimit: Int = 64) {
        precondition(threads > 0, "a typesetter needs a thread")
        presses = (1...threads).map { Press(name: "typesetter-\($0)", queueLimit: queueLimit) }
    }

    /// The file that a document makes.
    ///
    /// - Throws: ``TypesettingError``, or `CancellationError` when its turn had not come yet.
    package func typeset(_ document: Document) async throws -> [UInt8] {
        guard let press = presses.min(by: { $0.load < $1.load }) else {
            throw TypesettingError.busy
        }
        return try await press.typeset(document)
    }

    /// Reads the fonts of every thread, which the first document would wait for.
    package func warmUp() async throws {
        for press in presses { _ = try await press.typeset(Typesetter.firstDocument) }
    }

    /// What most documents are made of.
    private static let firstDocument = Document(
        details: Document.Details(
            title: "First",
            author: "",
            subject: "",
            language: "en",
            created: Date(timeIntervalSince1970: 0),
            creator: ""
        ),
        blocks: [false, true].map { isBold in
            .paragraph(StyledText("Äb Яб Ωβ اب אב 中あ 0123", TextStyle(size: 9, isBold: isBold)))
        }
    )
}

/// One thread with its fonts.
private final class Press: Sendable {
    private let thread: SideThread
    private let fonts = Mutex<FontLibrary?>(nil)
    private let underWay = Atomic<Int>(0)

    init(name: String, queueLimit: Int) {
        thread = SideThread(name: name, queueLimit: queueLimit, givesWay: true)
    }

    /// How many documents it has to make.
    var load: Int { underWay.load(ordering: .relaxed) }

    func typeset(_ document: Document) async throws -> [UInt8] {
        underWay.add(1, ordering: .relaxed)
        defer { underWay.subtract(1, ordering: .relaxed) }
        do {
            return try await thread.run { [self] in try make(document) }
        } catch is SideThread.Full {
            throw TypesettingError.busy
        }
    }

    private func make(_ document: Document) throws -> [UInt8] {
        try fonts.withLock { fonts in
            let library = try fonts ?? FontLibrary()
            fonts = library
            let drawn = try Drawing.draw(document, library)
            return try Finishing.finish(drawn.file, drawn.tags, document)
        }
    }
}
