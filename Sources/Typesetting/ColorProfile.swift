import Foundation

/// The colour space of the screen (IEC 61966-2-1) as a profile of the ICC's version 2, computed
/// from its published numbers.
enum ColorProfile {
    static let sRGB: [UInt8] = {
        // The primaries, adapted to the illuminant D50.
        let red = xyz(0x6FA2, 0x38F5, 0x0390)
        let green = xyz(0x6299, 0xB785, 0x18DA)
        let blue = xyz(0x24A0, 0x0F84, 0xB6CF)
        let curve = transferCurve
        return profile([
            ("desc", description("sRGB")), ("cprt", text("No rights are reserved.")),
            ("wtpt", xyz(0xF6D6, 0x10000, 0xD32D)),
            ("rXYZ", red), ("gXYZ", green), ("bXYZ", blue),
            ("rTRC", curve), ("gTRC", curve), ("bTRC", curve),
        ])
    }()

    private static func profile(_ tags: [(name: String, data: [UInt8])]) -> [UInt8] {
        var table = number(UInt32(tags.count))
        var data: [UInt8] = []
        var places: [[UInt8]: Int] = [:]
        let start = 128 + 4 + 12 * tags.count
        for tag in tags {
            let place = places[tag.data] ?? start + data.count
            if places.updateValue(place, forKey: tag.data) == nil {
                data += tag.data
                data += [UInt8](repeating: 0, count: (4 - data.count % 4) % 4)
            }
            table += Array(tag.name.utf8) + number(UInt32(place)) + number(UInt32(tag.data.count))
        }
        return header(size: start + data.count) + table + data
    }

    private static func header(size: Int) -> [UInt8] {
        var header = number(UInt32(size)) + zeros(4) + number(0x0210_0000)
        header += Array("mntrRGB XYZ ".utf8)
        // A fixed day: the profile is the same for ever.
        header += [2026, 1, 1, 0, 0, 0].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        header += Array("acsp".utf8) + zeros(28)
        header += number(0xF6D6) + number(0x10000) + number(0xD32D)
        return header + zeros(128 - header.count)
    }

    /// The transfer function in a table of 1,024 steps.
    private static var transferCurve: [UInt8] {
        let steps = 1_024
        return Array("curv".utf8) + zeros(4) + number(UInt32(steps))
            + (0..<steps).flatMap { step in
                let value = Double(step) / Double(steps - 1)
                let linear = value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
                let code = UInt16((linear * 65_535).rounded())
                return [UInt8(code >> 8), UInt8(code & 0xFF)]
            }
    }

    private static func xyz(_ x: UInt32, _ y: UInt32, _ z: UInt32) -> [UInt8] {
        Array("XYZ ".utf8) + zeros(4) + number(x) + number(y) + number(z)
    }

    private static func text(_ text: String) -> [UInt8] {
        Array("text".utf8) + zeros(4) + Array(text.utf8) + [0]
    }

    /// A name in ASCII; the forms in Unicode and for old computers are empty.
    private static func description(_ name: String) -> [UInt8] {
        Array("desc".utf8) + zeros(4) + number(UInt32(name.utf8.count + 1)) + Array(name.utf8)
            + [0] + zeros(4 + 4 + 2 + 1 + 67)
    }

    private static func number(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(value >> $0 & 0xFF) }
    }

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
}
