import AWSCalls
import DynamoDB
import EventLoop
import Glibc
import SQS
import Synchronization
import Telemetry
import Ticketing

// CPU of this process for an intent that is opened in DynamoDB and sent to SQS, without HTTP in front of it. The
// variables that AWS's tools read say where: bench/aws.sh sets them for a double.
let environment = ProcessEnvironment.variables
let words = Array(CommandLine.arguments.dropFirst())
let numbers = words.compactMap { Int($0) }
let seconds = numbers.first ?? 5
let concurrency = numbers.count > 1 ? numbers[1] : 64
do {
    let settings = try AWSSettings(environment: environment)
    let calls = AWSCalls(
        settings,
        surroundings: CallSurroundings(
            clock: MachineClock(), randomness: MachineRandomness(), metrics: MetricsRegistry()))
    if words.count == 3, words[0] == "letters", let count = numbers.first {
        // Measures nothing: bench/redrive.py measures how they go back.
        try await Letters(table: words[1], count: count, calls: calls).bury()
    } else {
        let run = Run(calls: calls, seconds: seconds, concurrency: concurrency)
        try await run.measureAll()
    }
    calls.close()
} catch {
    print("aws-bench: \(error)")
    exit(1)
}
