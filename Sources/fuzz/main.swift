import FuzzTargets
import Glibc

// `fuzz TARGET [options of libFuzzer] [folders]`, or `fuzz` for the targets. It calls the engine
// itself, because the package manager gives each program a `main` of its own.
guard chosen != nil else {
    for target in FuzzTarget.all { print(target.name) }
    exit(CommandLine.arguments.count > 1 ? 64 : 0)
}
exit(fuzz())
