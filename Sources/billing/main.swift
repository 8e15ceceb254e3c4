import App
import Foundation

// The product's program: `billing serve`, `billing migrate`, `billing openapi`, …
exit(await Command.run(Array(CommandLine.arguments.dropFirst())))
