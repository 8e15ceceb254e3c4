import Cryptography
import Foundation
import MailGateway

// What mail is signed with.
extension SettingsReader {
    /// Shorter keys of RSA are refused or ignored by receivers (RFC 8301).
    private static let fewestBits = 2_048

    /// One signer for each pair of a selector and a key, or nobody.
    mutating func mailSigners(sender: String) -> [DKIMSigner] {
        let names = ["DKIM_DOMAIN", "DKIM_SELECTOR", "DKIM_PRIVATE_KEY"]
        guard names.contains(where: { text($0) != nil }) else { return [] }
        let domain = signingDomain(of: sender)
        let selectors = list("DKIM_SELECTOR", otherwise: nil)
        let keys = list("DKIM_PRIVATE_KEY", otherwise: nil)
        if !selectors.isEmpty, !keys.isEmpty, selectors.count != keys.count {
            report("DKIM_SELECTOR must name one selector for each key in DKIM_PRIVATE_KEY")
        }
        for selector in selectors where !selector.isHostName {
            report("DKIM_SELECTOR \(selector) is no name that can stand in the DNS")
        }
        return zip(selectors, keys).compactMap { selector, text in
            signingKey(text).map { DKIMSigner(domain: domain, selector: selector, key: $0) }
        }
    }

    /// The domain that signs; one that is not the sender's convinces nobody (RFC 7489, 3.1).
    private mutating func signingDomain(of sender: String) -> String {
        guard let domain = text("DKIM_DOMAIN")?.lowercased() else {
            report("DKIM_DOMAIN is missing")
            return ""
        }
        let own = (sender.split(separator: "@").last ?? "").lowercased()
        if !domain.isHostName || own != domain && !own.hasSuffix("." + domain) {
            report("DKIM_DOMAIN must be the domain of MAIL_FROM or one above it")
        }
        return domain
    }

    /// A key that is given as PEM or as the path of a file with it.
    private mutating func signingKey(_ text: String) -> SigningKey? {
        let name = "DKIM_PRIVATE_KEY"
        let isPEM = text.hasPrefix("-----BEGIN")
        guard let pem = isPEM ? text : try? String(contentsOfFile: text, encoding: .utf8) else {
            report("\(name) names a file that cannot be read")
            return nil
        }
        // Files of settings often hold a text in one line.
        guard let key = try? SigningKey(pem: pem.replacingOccurrences(of: "\\n", with: "\n")) else {
            report("\(name) must be a private key of RSA or Ed25519 in PEM without a password")
            return nil
        }
        if case .rsa(let bits) = key.kind, bits < SettingsReader.fewestBits {
            report("\(name) must have at least \(SettingsReader.fewestBits) bits")
        }
        return key
    }
}

extension String {
    /// Whether this is one or more labels of letters, digits and hyphens.
    fileprivate var isHostName: Bool {
        let labels = split(separator: ".", omittingEmptySubsequences: false)
        return utf8.count <= 253
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { byte in
                        (48...57).contains(byte) || (65...90).contains(byte)
                            || (97...122).contains(byte) || byte == 45
                    }
            }
    }
}
