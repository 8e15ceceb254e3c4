import CPango
import Foundation

/// The fonts that documents are set in: these files and no others, whatever else is installed, so
/// that the same document is the same bytes on every machine that has them.
@safe final class FontLibrary {
    /// In order of preference; a character is drawn from the first that has it.
    static let families = [
        "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Thai",
        "Noto Sans Devanagari", "Noto Sans Armenian", "Noto Sans Georgian",
        "Droid Sans Fallback",
    ]

    private static let files = [
        "NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSansArabic-Regular.ttf",
        "NotoSansArabic-Bold.ttf", "NotoSansHebrew-Regular.ttf", "NotoSansHebrew-Bold.ttf",
        "NotoSansThai-Regular.ttf", "NotoSansThai-Bold.ttf", "NotoSansDevanagari-Regular.ttf",
        "NotoSansDevanagari-Bold.ttf", "NotoSansArmenian-Regular.ttf",
        "NotoSansArmenian-Bold.ttf", "NotoSansGeorgian-Regular.ttf", "NotoSansGeorgian-Bold.ttf",
        "DroidSansFallbackFull.ttf",
    ]

    /// Where Debian's packages put them.
    private static let folders = [
        "/usr/share/fonts/truetype/noto", "/usr/share/fonts/truetype/droid",
    ]

    private let config: OpaquePointer
    let map: UnsafeMutablePointer<PangoFontMap>

    /// Reads the fonts. The corresponding C functions are `FcConfigAppFontAddFile` and
    /// `pango_fc_font_map_set_config`.
    init() throws {
        guard let config = unsafe FcConfigCreate() else {
            throw TypesettingError.drawing("there is no room for fonts")
        }
        // Otherwise pango looks through all fonts that are installed before it hears of ours.
        unsafe FcConfigSetCurrent(config)
        guard let map = unsafe pango_cairo_font_map_new() else {
            unsafe FcConfigDestroy(config)
            throw TypesettingError.drawing("there is no room for fonts")
        }
        unsafe self.config = config
        unsafe self.map = map
        let missing = FontLibrary.files.filter { file in
            !FontLibrary.folders.contains { folder in
                unsafe FcConfigAppFontAddFile(config, "\(folder)/\(file)") != 0
            }
        }
        unsafe font_map_set_config(map, config)
        guard missing.isEmpty else { throw TypesettingError.missingFonts(missing) }
    }

    deinit {
        unsafe g_object_unref(map)
        unsafe FcConfigDestroy(config)
    }
}
