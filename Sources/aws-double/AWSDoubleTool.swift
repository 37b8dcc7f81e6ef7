import AWSDouble

/// DynamoDB and SQS for tests and benchmarks: see docs/aws-double.md.
@main
enum AWSDoubleTool {
    static func main() { DoubleProcess.main(Array(CommandLine.arguments.dropFirst())) }
}
