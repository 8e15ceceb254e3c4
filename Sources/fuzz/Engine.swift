import FuzzTargets
import Glibc

/// The parser that the first argument names.
let chosen = FuzzTarget.named(CommandLine.arguments.dropFirst().first ?? "")

/// libFuzzer's engine, which ends the program by itself.
@_silgen_name("LLVMFuzzerRunDriver")
private func runEngine(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

private let test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt = { start, count in
    guard let chosen else { return -1 }
    do {
        try chosen.check(unsafe [UInt8](UnsafeBufferPointer(start: start, count: count)))
    } catch {
        let text = "\(chosen.name): \(error)\n"
        unsafe write(STDERR_FILENO, text, text.utf8.count)
        abort()
    }
    return 0
}

/// Gives the engine all arguments but the target's name.
func fuzz() -> CInt {
    var arguments =
        unsafe CommandLine.arguments.enumerated()
        .filter { $0.offset != 1 }.map { unsafe strdup($0.element) } + [nil]
    var count = unsafe CInt(arguments.count - 1)
    return unsafe arguments.withUnsafeMutableBufferPointer { buffer in
        var start = buffer.baseAddress
        return unsafe withUnsafeMutablePointer(to: &start) { start in
            unsafe start.withMemoryRebound(
                to: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.self,
                capacity: 1
            ) { unsafe runEngine(&count, $0, test) }
        }
    }
}
