import Core
import Foundation
import Support
import Wire

/// Reads settings and remembers everything that is wrong with them.
struct SettingsReader {
    private let environment: [String: String]
    private var faults: [String] = []

    init(_ environment: [String: String]) { self.environment = environment }

    mutating func report(_ fault: String) { faults.append(fault) }

    func finish() throws {
        if !faults.isEmpty { throw Configuration.Faults(faults: faults) }
    }

    func text(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    mutating func integer(_ name: String, _ normal: Int, in range: ClosedRange<Int>) -> Int {
        guard let text = text(name) else { return normal }
        guard let value = Int(text), range.contains(value) else {
            report("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
            return normal
        }
        return value
    }

    mutating func choice(_ name: String, _ choices: [String]) -> String {
        guard let text = text(name) else { return choices[0] }
        if !choices.contains(text) {
            report("\(name) must be one of \(choices.joined(separator: ", "))")
        }
        return text
    }

    mutating func list(_ name: String, otherwise: [String]?) -> [String] {
        guard let text = text(name) else {
            if otherwise == nil { report("\(name) is missing") }
            return otherwise ?? []
        }
        return text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    mutating func address(_ name: String, _ normal: String) -> Configuration.ListenAddress {
        let parts = (text(name) ?? normal).split(separator: ":")
        guard parts.count == 2, let port = Int(parts[1]), (0...65_535).contains(port) else {
            report("\(name) must look like \(normal)")
            return Configuration.ListenAddress(host: "127.0.0.1", port: 0)
        }
        return Configuration.ListenAddress(host: String(parts[0]), port: port)
    }

    mutating func publicURL(_ name: String, live: Bool) -> String? {
        guard let text = text(name) else {
            if live { report("\(name) is missing: the https address that customers use") }
            return nil
        }
        checkHTTPS(name, text, live: live)
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// Reports an address that is none, or is not protected although real customers need it.
    mutating func checkHTTPS(_ name: String, _ text: String, live: Bool) {
        let url = URL(string: text)
        let schemes = live ? ["https"] : ["https", "http"]
        if !schemes.contains(url?.scheme ?? "") || (url?.host() ?? "").isEmpty {
            report("\(name) must be an address that begins with https://")
        }
    }

    /// Addresses and IPv4 networks; a live system says that there are none with `none`, because
    /// a proxy that nobody told of makes all callers one.
    mutating func proxies(live: Bool) -> [String] {
        let name = "TRUSTED_PROXIES"
        guard let text = text(name) else {
            if live {
                report("\(name) is missing: the addresses of your proxies, or none for no proxy")
            }
            return []
        }
        if text == "none" { return [] }
        let proxies = list(name, otherwise: [])
        for proxy in proxies where !SettingsReader.isProxy(proxy) {
            report("\(name) has \(proxy), which is no address and no IPv4 network")
        }
        return proxies
    }

    private static func isProxy(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return false }
        if parts.count == 1 { return true }
        return parts.count == 2 && address.isVersion4
            && Int(parts[1]).map((0...32).contains) == true
    }
}
