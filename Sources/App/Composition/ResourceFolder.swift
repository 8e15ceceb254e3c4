package import Foundation

/// Finds the folders that come along with the program: `Migrations`, `Public`, `build/assets`.
package enum ResourceFolder {
    /// The folder of that name: where `BILLING_HOME` says, in the current folder, or above the
    /// program, which in a checkout is three levels up.
    package static func find(_ name: String) -> URL? {
        let program = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        var homes = [URL(fileURLWithPath: FileManager.default.currentDirectoryPath)]
        if let home = ProcessInfo.processInfo.environment["BILLING_HOME"] {
            homes.insert(URL(fileURLWithPath: home), at: 0)
        }
        var folder = program.deletingLastPathComponent()
        for _ in 0..<6 {
            homes.append(folder)
            folder = folder.deletingLastPathComponent()
        }
        return homes.map { $0.appending(path: name) }.first { url in
            FileManager.default.fileExists(atPath: url.path)
        }
    }
}
