/// A colour in sRGB, each part from 0 to 1.
package struct Ink: Sendable, Equatable {
    let red: Double
    let green: Double
    let blue: Double

    package init(red: Double, green: Double, blue: Double) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// A colour as it is written in style sheets, such as `0x1A2B3C`.
    package init(_ code: UInt32) {
        red = Double(code >> 16 & 0xFF) / 255
        green = Double(code >> 8 & 0xFF) / 255
        blue = Double(code & 0xFF) / 255
    }

    package static let black = Ink(0x000000)
}

/// How a text looks.
package struct TextStyle: Sendable, Equatable {
    package enum Alignment: Sendable { case left, center, right }

    /// The size in points.
    package var size: Double
    package var isBold: Bool
    package var ink: Ink
    package var alignment: Alignment

    package init(
        size: Double,
        isBold: Bool = false,
        ink: Ink = .black,
        alignment: Alignment = .left
    ) {
        self.size = size
        self.isBold = isBold
        self.ink = ink
        self.alignment = alignment
    }
}

/// A text of any script with its look; a line break begins a new line.
package struct StyledText: Sendable, Equatable {
    package var text: String
    package var style: TextStyle

    package init(_ text: String, _ style: TextStyle) {
        self.text = text
        self.style = style
    }
}

/// A rule or an edge.
package struct Line: Sendable, Equatable {
    let thickness: Double
    let ink: Ink

    package init(_ thickness: Double, _ ink: Ink) {
        self.thickness = thickness
        self.ink = ink
    }
}
