/// A sheet and the room on it, in points of 1/72 inch.
package struct Paper: Sendable, Equatable {
    package let width: Double
    package let height: Double
    package let margins: Margins

    package init(width: Double, height: Double, margins: Margins) {
        self.width = width
        self.height = height
        self.margins = margins
    }

    /// The distances of what is written from the edges of the sheet.
    package struct Margins: Sendable, Equatable {
        package let top: Double
        package let bottom: Double
        package let left: Double
        package let right: Double

        package init(top: Double, bottom: Double, left: Double, right: Double) {
            self.top = top
            self.bottom = bottom
            self.left = left
            self.right = right
        }

        package static let standard = Margins(top: 48, bottom: 62, left: 52, right: 52)
    }

    /// 210 by 297 millimetres.
    package static let a4 = Paper(width: 595.276, height: 841.89, margins: .standard)
    /// 8.5 by 11 inches.
    package static let letter = Paper(width: 612, height: 792, margins: .standard)

    var bodyWidth: Double { width - margins.left - margins.right }
    var bodyHeight: Double { height - margins.top - margins.bottom }
}
