/// Makes user names for hosting accounts.
package enum Username {
    /// A name that a panel accepts: the beginning of the domain's or the person's name and a random
    /// tail of letters and digits in lower case, so that two customers of one name do not meet.
    package static func make(from text: String, tail: String) -> String {
        let letters = text.lowercased().utf8.filter {
            (97...122).contains($0) || (48...57).contains($0)
        }
        let start = letters.drop { (48...57).contains($0) }.prefix(8)
        let stem = start.isEmpty ? "site" : String(decoding: start, as: UTF8.self)
        return stem + tail
    }
}
