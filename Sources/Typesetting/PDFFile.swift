import CQPDF
import Glibc

/// A PDF file whose objects can be read and changed. It owns a `qpdf_data`.
///
/// Objects are named by numbers of this file; a number of another file means nothing here.
@safe struct PDFFile: ~Copyable {
    typealias Object = qpdf_oh

    private let pointer: OpaquePointer
    /// The library reads from it until the file is written.
    private let source: UnsafeMutableBufferPointer<CChar>

    /// Reads a file. The corresponding C function is `qpdf_read_memory`.
    static func read(_ bytes: [UInt8]) throws -> PDFFile {
        guard let pointer = unsafe qpdf_init() else {
            throw TypesettingError.finishing("there is no room for the file")
        }
        let file = unsafe PDFFile(pointer, bytes)
        try file.check()
        return file
    }

    private init(_ pointer: OpaquePointer, _ bytes: [UInt8]) {
        unsafe self.pointer = pointer
        unsafe source = .allocate(capacity: bytes.count)
        for (index, byte) in bytes.enumerated() { unsafe source[index] = CChar(bitPattern: byte) }
        unsafe qpdf_silence_errors(pointer)
        unsafe qpdf_read_memory(
            pointer,
            "document",
            source.baseAddress,
            UInt64(bytes.count),
            nil
        )
    }

    deinit {
        var pointer: OpaquePointer? = unsafe self.pointer
        unsafe qpdf_cleanup(&pointer)
        unsafe source.deallocate()
    }

    /// Throws what the library has to say; a failed call's result must not be used.
    func check() throws {
        guard unsafe qpdf_has_error(pointer) != 0 else { return }
        let error = unsafe qpdf_get_error(pointer)
        let text = unsafe qpdf_get_error_full_text(pointer, error)
        throw TypesettingError.finishing(unsafe text.map { unsafe String(cString: $0) } ?? "")
    }

    var root: Object { unsafe qpdf_get_root(pointer) }
    var trailer: Object { unsafe qpdf_get_trailer(pointer) }
    var pageCount: Int { Int(unsafe qpdf_get_num_pages(pointer)) }
    func page(_ index: Int) -> Object { unsafe qpdf_get_page_n(pointer, index) }

    /// One above the highest number of an object.
    var objectLimit: Int { Int(integer(value("/Size", of: trailer))) }
    func object(_ number: Int) -> Object {
        unsafe qpdf_get_object_by_id(pointer, Int32(number), 0)
    }

    func value(_ key: String, of object: Object) -> Object {
        unsafe qpdf_oh_get_key(pointer, object, key)
    }
    func has(_ key: String, _ object: Object) -> Bool {
        unsafe qpdf_oh_has_key(pointer, object, key) != 0
    }
    func integer(_ object: Object) -> Int64 { unsafe qpdf_oh_get_int_value(pointer, object) }
    func isDictionary(_ object: Object) -> Bool {
        unsafe qpdf_oh_is_dictionary(pointer, object) != 0
    }
    func isArray(_ object: Object) -> Bool { unsafe qpdf_oh_is_array(pointer, object) != 0 }
    func isName(_ object: Object, _ name: String) -> Bool {
        unsafe qpdf_oh_is_name_and_equals(pointer, object, name) != 0
    }
    func name(_ object: Object) -> String {
        guard unsafe qpdf_oh_is_name(pointer, object) != 0,
            let text = unsafe qpdf_oh_get_name(pointer, object)
        else { return "" }
        return unsafe String(cString: text)
    }

    /// The parts of an array; anything else counts as an array of itself.
    func elements(_ object: Object) -> [Object] {
        guard isArray(object) else { return [object] }
        let count = unsafe qpdf_oh_get_array_n_items(pointer, object)
        return (0..<count).map {
            unsafe qpdf_oh_get_array_item(pointer, object, $0)
        }
    }

    func set(_ key: String, of object: Object, to value: Object) {
        unsafe qpdf_oh_replace_key(pointer, object, key, value)
    }
    func remove(_ key: String, of object: Object) {
        unsafe qpdf_oh_remove_key(pointer, object, key)
    }
    func append(_ value: Object, to array: Object) {
        unsafe qpdf_oh_append_item(pointer, array, value)
    }

    /// An object from its text, which can name no other object: the library would refuse it, and
    /// crash later when the result is used all the same.
    func parse(_ text: String) throws -> Object {
        let object = unsafe qpdf_oh_parse(pointer, text)
        try check()
        return object
    }
    func text(_ text: String) -> Object { unsafe qpdf_oh_new_unicode_string(pointer, text) }
    /// Makes an object one that others refer to.
    func indirect(_ object: Object) -> Object { unsafe qpdf_make_indirect_object(pointer, object) }

    func stream(_ bytes: [UInt8], _ entries: String) throws -> Object {
        let stream = unsafe qpdf_oh_new_stream(pointer)
        replaceData(of: stream, with: bytes)
        let own = unsafe qpdf_oh_get_dict(pointer, stream)
        let wanted = try parse(entries)
        unsafe qpdf_oh_begin_dict_key_iter(pointer, wanted)
        while unsafe qpdf_oh_dict_more_keys(pointer) != 0 {
            guard let key = unsafe qpdf_oh_dict_next_key(pointer) else { break }
            let name = unsafe String(cString: key)
            set(name, of: own, to: value(name, of: wanted))
        }
        return stream
    }

    /// What a stream holds when nothing is compressed.
    func data(of stream: Object) throws -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        unsafe qpdf_oh_get_stream_data(pointer, stream, qpdf_dl_generalized, nil, &bytes, &count)
        defer { unsafe free(bytes) }
        try check()
        return unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    }

    func replaceData(of stream: Object, with bytes: [UInt8]) {
        let none = unsafe qpdf_oh_new_null(pointer)
        unsafe qpdf_oh_replace_stream_data(pointer, stream, bytes, bytes.count, none, none)
    }

    /// The file with all changes, as PDF 1.7. The corresponding C function is `qpdf_write`.
    func write() throws -> [UInt8] {
        try check()
        unsafe qpdf_init_write_memory(pointer)
        unsafe qpdf_set_deterministic_ID(pointer, 1)
        // PDF/A wants streams to end on a line of their own.
        unsafe qpdf_set_newline_before_endstream(pointer, 1)
        unsafe qpdf_set_object_stream_mode(pointer, qpdf_o_generate)
        unsafe qpdf_force_pdf_version(pointer, "1.7")
        unsafe qpdf_write(pointer)
        try check()
        let bytes = unsafe qpdf_get_buffer(pointer)
        let count = unsafe qpdf_get_buffer_length(pointer)
        return unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    }
}
