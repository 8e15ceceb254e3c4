import CPango

/// A PDF file that is being drawn. It owns a `cairo_surface_t` and its `cairo_t`.
@safe struct Canvas: ~Copyable {
    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let output: UnsafeMutablePointer<[UInt8]>
    /// Every tag in the order in which it began.
    private(set) var tags: [Tag] = []

    /// The corresponding C function is `cairo_pdf_surface_create_for_stream`.
    init(_ paper: Paper) {
        unsafe output = .allocate(capacity: 1)
        unsafe output.initialize(to: [])
        unsafe surface = cairo_pdf_surface_create_for_stream(
            appendOutput,
            output,
            paper.width,
            paper.height
        )
        unsafe cairo_pdf_surface_restrict_to_version(surface, CAIRO_PDF_VERSION_1_5)
        unsafe context = cairo_create(surface)
    }

    deinit {
        unsafe cairo_destroy(context)
        unsafe cairo_surface_destroy(surface)
        unsafe output.deinitialize(count: 1)
        unsafe output.deallocate()
    }

    mutating func begin(_ tag: Tag) {
        tags.append(tag)
        unsafe cairo_tag_begin(context, tag.name, nil)
    }

    func end(_ tag: Tag) { unsafe cairo_tag_end(context, tag.name) }

    /// The corresponding C function is `pango_cairo_show_layout`.
    func draw(_ text: TextLayout, x: Double, y: Double) {
        use(text.text.style.ink)
        unsafe cairo_move_to(context, x, y)
        unsafe pango_cairo_show_layout(context, text.layout)
    }

    func fill(_ ink: Ink, x: Double, y: Double, width: Double, height: Double) {
        use(ink)
        unsafe cairo_rectangle(context, x, y, width, height)
        unsafe cairo_fill(context)
    }

    func draw(_ picture: Picture, x: Double, y: Double, width: Double, height: Double) throws {
        let pixels = try PictureSurface(picture)
        unsafe cairo_save(context)
        unsafe cairo_translate(context, x, y)
        unsafe cairo_scale(
            context,
            width / Double(picture.width),
            height / Double(picture.height)
        )
        unsafe cairo_set_source_surface(context, pixels.pointer, 0, 0)
        // Every other filter asks the reader to interpolate, which PDF/A forbids.
        unsafe cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
        unsafe cairo_paint(context)
        unsafe cairo_restore(context)
    }

    func showPage() { unsafe cairo_show_page(context) }

    /// Ends the file and gives its bytes.
    func finish() throws -> [UInt8] {
        unsafe cairo_surface_finish(surface)
        for status in unsafe [cairo_status(context), cairo_surface_status(surface)]
        where status != CAIRO_STATUS_SUCCESS && status != CAIRO_STATUS_SURFACE_FINISHED {
            throw TypesettingError.drawing(unsafe String(cString: cairo_status_to_string(status)))
        }
        return unsafe output.pointee
    }

    private func use(_ ink: Ink) {
        unsafe cairo_set_source_rgb(context, ink.red, ink.green, ink.blue)
    }
}

private let appendOutput: cairo_write_func_t = { closure, bytes, count in
    guard let output = unsafe closure?.assumingMemoryBound(to: [UInt8].self) else {
        return CAIRO_STATUS_WRITE_ERROR
    }
    let part = unsafe UnsafeBufferPointer(start: bytes, count: Int(count))
    unsafe output.pointee.append(contentsOf: part)
    return CAIRO_STATUS_SUCCESS
}
