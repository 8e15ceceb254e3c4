/// Why a document could not be made.
package enum TypesettingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Fonts that are not installed, by their files' names.
    case missingFonts([String])
    case badPicture(String)
    /// What the drawing library says.
    case drawing(String)
    /// What the library that finishes the file says.
    case finishing(String)
    /// Too many documents are waiting.
    case busy

    package var description: String {
        switch self {
        case .missingFonts(let names): "fonts are not installed: \(names.joined(separator: ", "))"
        case .badPicture(let reason): "the picture cannot be used: \(reason)"
        case .drawing(let reason): "drawing failed: \(reason)"
        case .finishing(let reason): "finishing the file failed: \(reason)"
        case .busy: "too many documents are waiting"
        }
    }
}
