import CPango

/// What texts of one document are measured and set with.
@safe final class TextSetter {
    fileprivate let context: OpaquePointer
    private let fonts: FontLibrary

    /// The corresponding C function is `pango_font_map_create_context`.
    init(_ fonts: FontLibrary, language: String) throws {
        guard let context = unsafe pango_font_map_create_context(fonts.map) else {
            throw TypesettingError.drawing("no room for a context of texts")
        }
        self.fonts = fonts
        unsafe self.context = context
        // The defaults would be the environment's language and the screen's hints.
        unsafe pango_context_set_language(context, pango_language_from_string(language))
        let options = unsafe cairo_font_options_create()
        unsafe cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        unsafe cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        unsafe cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        unsafe pango_cairo_context_set_font_options(context, options)
        unsafe cairo_font_options_destroy(options)
        unsafe pango_cairo_context_set_resolution(context, 72)
        unsafe pango_context_set_round_glyph_positions(context, 0)
    }

    deinit { unsafe g_object_unref(UnsafeMutableRawPointer(context)) }

    /// Sets a text in lines of at most a width.
    func set(_ text: StyledText, width: Double) -> TextLayout {
        TextLayout(StyledText(text.text.drawable, text.style), width: width, self)
    }
}

/// A text that was set in lines.
@safe final class TextLayout {
    let text: StyledText
    let layout: OpaquePointer
    let height: Double
    /// Where the letters of its first line stand, from its top.
    let baseline: Double

    /// The corresponding C function is `pango_layout_new`.
    fileprivate init(_ text: StyledText, width: Double, _ setter: TextSetter) {
        self.text = text
        let layout = unsafe TextLayout.make(text, width: width, setter)
        unsafe self.layout = layout
        var area = PangoRectangle()
        unsafe pango_layout_get_extents(layout, nil, &area)
        height = Double(area.height) / Double(PANGO_SCALE)
        baseline = Double(unsafe pango_layout_get_baseline(layout)) / Double(PANGO_SCALE)
    }

    deinit { unsafe g_object_unref(UnsafeMutableRawPointer(layout)) }

    private static func make(
        _ text: StyledText,
        width: Double,
        _ setter: TextSetter
    ) -> OpaquePointer {
        let layout: OpaquePointer = unsafe pango_layout_new(setter.context)
        let font = unsafe pango_font_description_new()
        unsafe pango_font_description_set_family(font, FontLibrary.families.joined(separator: ","))
        unsafe pango_font_description_set_absolute_size(
            font,
            text.style.size * Double(PANGO_SCALE)
        )
        unsafe pango_font_description_set_weight(
            font,
            text.style.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL
        )
        unsafe pango_layout_set_font_description(layout, font)
        unsafe pango_font_description_free(font)
        unsafe pango_layout_set_width(layout, Int32((width * Double(PANGO_SCALE)).rounded()))
        unsafe pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        let bytes = Array(text.text.utf8)
        unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { characters in
                unsafe pango_layout_set_text(
                    layout,
                    characters.baseAddress,
                    Int32(characters.count)
                )
            }
        }
        unsafe align(layout, text)
        return unsafe layout
    }

    /// Pango's sides swap when the text runs from right to left; ours are the sheet's.
    private static func align(_ layout: OpaquePointer, _ text: StyledText) {
        var isRightToLeft = false
        if !text.text.utf8.allSatisfy({ $0 < 128 }) {
            let line = unsafe pango_layout_get_line_readonly(layout, 0)
            let direction = unsafe pango_layout_line_get_resolved_direction(line)
            isRightToLeft = direction == PANGO_DIRECTION_RTL
        }
        let side =
            switch (text.style.alignment, isRightToLeft) {
            case (.left, false), (.right, true): PANGO_ALIGN_LEFT
            case (.right, false), (.left, true): PANGO_ALIGN_RIGHT
            case (.center, _): PANGO_ALIGN_CENTER
            }
        unsafe pango_layout_set_alignment(layout, side)
    }

    /// How many bytes of the text the lines take that fit a height; at least one line.
    func bytes(fitting height: Double) -> Int {
        let count = unsafe pango_layout_get_line_count(layout)
        var used = 0.0
        for index in 0..<count {
            let line = unsafe pango_layout_get_line_readonly(layout, index)
            var area = PangoRectangle()
            unsafe pango_layout_line_get_extents(line, nil, &area)
            used += Double(area.height) / Double(PANGO_SCALE)
            if used > height, index > 0, let start = unsafe line?.pointee.start_index {
                return Int(start)
            }
        }
        return text.text.utf8.count
    }
}

extension String {
    /// The text without control characters and what Unicode says is no character: no font has
    /// them, and the drawing library breaks off at them.
    fileprivate var drawable: String {
        guard unicodeScalars.contains(where: \.isUndrawable) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            result.unicodeScalars.append(scalar.isUndrawable ? "\u{FFFD}" : scalar)
        }
        return result
    }
}

extension Unicode.Scalar {
    fileprivate var isUndrawable: Bool {
        let isControl = value < 32 && value != 10 || (127..<160).contains(value)
        return isControl || value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(value)
    }
}
