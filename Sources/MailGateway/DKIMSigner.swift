package import Cryptography
import Foundation

/// Signs mail in the name of a domain, so that receivers can tell it from what others made up
/// (DKIM; RFC 6376 and RFC 8463).
package struct DKIMSigner: Sendable {
    /// Fields that are signed once more than they are there, so that nobody can add another.
    private static let sealedFields = ["From", "To", "Cc", "Subject", "Date", "Reply-To"]
    /// A line of the header has room for 76 characters with its first space and a semicolon.
    private static let mostCharactersOfWord = 72

    package let domain: String
    package let selector: String
    private let key: SigningKey

    /// A signer whose public key is in the DNS at `selector._domainkey.domain`.
    package init(domain: String, selector: String, key: SigningKey) {
        self.domain = domain
        self.selector = selector
        self.key = key
    }

    /// The field to be put before the fields of a message.
    ///
    /// It depends on the message and the key alone, so that every attempt sends the same.
    func signature(
        of fields: [String],
        body: [UInt8],
        at date: Date
    ) throws(CryptographyError) -> String {
        var words = [
            "v=1;", "a=\(algorithm);", "c=relaxed/relaxed;", "d=\(domain);", "s=\(selector);",
            "t=\(Int64(date.timeIntervalSince1970.rounded(.down)));",
        ]
        words += DKIMSigner.listed(fields.map { String($0.prefix { $0 != ":" }) })
        words.append("bh=\(base64(SHA256.hash(RelaxedText.body(body))));")
        let unsigned = MailHeader.line("DKIM-Signature", words + ["b="])
        let signed = (fields + [unsigned]).map(RelaxedText.field).joined(separator: "\r\n")
        let signature = "b=" + base64(try sign(Array(signed.utf8)))
        return MailHeader.line("DKIM-Signature", words + DKIMSigner.pieces(of: signature))
    }

    private var algorithm: String { key.kind == .ed25519 ? "ed25519-sha256" : "rsa-sha256" }

    /// RFC 8463 has Ed25519 sign the hash; RSA makes it a part of the signature.
    private func sign(_ text: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try key.sign(key.kind == .ed25519 ? SHA256.hash(text) : text)
    }

    private func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// `h=` with the names of the signed fields, as words that may stand on several lines.
    private static func listed(_ names: [String]) -> [String] {
        var words = ["h="]
        let all = (names + sealedFields).map { $0.lowercased() }
        for (index, name) in all.enumerated() {
            let piece = name + (index == all.count - 1 ? ";" : ":")
            if words[words.count - 1].count + piece.count > mostCharactersOfWord {
                words.append(piece)
            } else {
                words[words.count - 1] += piece
            }
        }
        return words
    }

    private static func pieces(of text: String) -> [String] {
        let characters = Array(text)
        return stride(from: 0, to: characters.count, by: mostCharactersOfWord).map { start in
            String(characters[start..<min(start + mostCharactersOfWord, characters.count)])
        }
    }
}
