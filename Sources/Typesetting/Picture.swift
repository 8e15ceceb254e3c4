import CPango

/// A picture in PNG, such as a logo, with the text for who cannot see it.
package struct Picture: Sendable {
    /// More would not be a logo.
    package static let mostBytes = 1_000_000
    private static let mostPixels = 4_000_000

    package let width: Int
    package let height: Int
    let bytes: [UInt8]
    let alternative: String

    /// Checks the beginning of a PNG file.
    ///
    /// - Throws: ``TypesettingError/badPicture(_:)`` when it is no PNG, or too large.
    package init(png bytes: [UInt8], alternative: String) throws(TypesettingError) {
        let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        guard bytes.count <= Picture.mostBytes else {
            throw .badPicture("it has more than \(Picture.mostBytes) bytes")
        }
        guard bytes.count > 33, bytes.starts(with: signature),
            Array(bytes[12..<16]) == Array("IHDR".utf8)
        else { throw .badPicture("it is no PNG file") }
        let sides = [16, 20].map { start in
            bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        guard sides.allSatisfy({ (1...20_000).contains($0) }),
            sides[0] * sides[1] <= Picture.mostPixels
        else { throw .badPicture("it has more than \(Picture.mostPixels) pixels") }
        (width, height) = (sides[0], sides[1])
        self.bytes = bytes
        self.alternative = alternative
    }
}

/// The pixels of a picture. It owns a `cairo_surface_t`.
@safe struct PictureSurface: ~Copyable {
    let pointer: OpaquePointer

    /// The corresponding C function is `cairo_image_surface_create_from_png_stream`.
    init(_ picture: Picture) throws {
        var rest = picture.bytes[...]
        let surface = unsafe withUnsafeMutablePointer(to: &rest) { rest in
            unsafe cairo_image_surface_create_from_png_stream(readPicture, rest)
        }
        guard let surface = unsafe surface else {
            throw TypesettingError.badPicture("there is no room for it")
        }
        let status = unsafe cairo_surface_status(surface)
        guard status == CAIRO_STATUS_SUCCESS else {
            unsafe cairo_surface_destroy(surface)
            throw TypesettingError.badPicture(
                unsafe String(cString: cairo_status_to_string(status))
            )
        }
        unsafe pointer = surface
    }

    deinit { unsafe cairo_surface_destroy(pointer) }
}

private let readPicture: cairo_read_func_t = { closure, target, count in
    guard let rest = unsafe closure?.assumingMemoryBound(to: ArraySlice<UInt8>.self),
        let target = unsafe target, unsafe rest.pointee.count >= Int(count)
    else { return CAIRO_STATUS_READ_ERROR }
    let part = unsafe rest.pointee.prefix(Int(count))
    for (index, byte) in part.enumerated() { unsafe target[index] = byte }
    unsafe rest.pointee = rest.pointee.dropFirst(Int(count))
    return CAIRO_STATUS_SUCCESS
}
