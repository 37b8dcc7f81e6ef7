/// An adapter did not do what its port promises.
package struct ConformanceFailure: Error, CustomStringConvertible {
    package let message: String
    package let place: String

    package var description: String { "\(message) (\(place))" }
}

func require(
    _ condition: Bool, _ message: @autoclosure () -> String, fileID: String = #fileID, line: Int = #line
) throws(ConformanceFailure) {
    guard condition else { throw ConformanceFailure(message: message(), place: "\(fileID):\(line)") }
}

func requireEqual<Value: Equatable>(
    _ actual: Value, _ expected: Value, _ what: @autoclosure () -> String, fileID: String = #fileID,
    line: Int = #line
) throws(ConformanceFailure) {
    try require(actual == expected, "\(what()) is \(actual), not \(expected)", fileID: fileID, line: line)
}

func requireSome<Value>(
    _ value: Value?, _ what: @autoclosure () -> String, fileID: String = #fileID, line: Int = #line
) throws(ConformanceFailure) -> Value {
    guard let value else { throw ConformanceFailure(message: "no \(what())", place: "\(fileID):\(line)") }
    return value
}
