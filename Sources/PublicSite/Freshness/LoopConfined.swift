/// Lets a task that is started on the loop's executor hold what belongs to the loop.
///
// Sendable although the value is not: whoever makes one starts a task with the loop's own executor and opens
// it there, so only the loop's thread ever touches the value.
struct LoopConfined<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
