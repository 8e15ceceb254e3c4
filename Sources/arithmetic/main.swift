// Answers questions about amounts and dates, one JSON value a line, so that a program written in
// another language from other sources can check the engine. Only tests use it.

import Foundation
import Wire

while let line = readLine() {
    let answer: JSON
    do {
        answer = try Question(try JSON(reading: line)).answer()
    } catch {
        answer = ["error": .string("\(error)")]
    }
    print(answer.text)
}
