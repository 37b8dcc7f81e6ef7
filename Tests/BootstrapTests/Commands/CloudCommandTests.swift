import Testing

/// What `ticket aws create` refuses; that it makes what the services need is seen by the proofs on aws-double.
@Suite("ticket aws create")
struct CloudCommandTests {
    private let terminal = Terminal()
    private let inCloud = [
        "TICKET_LEDGER": "dynamodb:tickets",
        "TICKET_QUEUE": "sqs:http://127.0.0.1:1/000000000000/orders.fifo",
        "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
    ]

    @Test("refuses without a stand-in for AWS: in an account the templates make them")
    func noStandIn() {
        for endpoint in [nil, ""] {
            var variables = inCloud
            variables["AWS_ENDPOINT_URL"] = endpoint
            let answer = terminal.run(["aws", "create"], environment: variables)
            #expect(answer.code == 64)
            #expect(answer.err.contains("AWS_ENDPOINT_URL"))
            #expect(answer.out.isEmpty)
        }
    }

    @Test("refuses when neither the ledger nor the queue is in AWS")
    func nothingToMake() {
        let answer = terminal.run(
            ["aws", "create"], environment: ["AWS_ENDPOINT_URL": "http://127.0.0.1:1"])
        #expect(answer.code == 64)
        #expect(answer.err.contains("neither TICKET_LEDGER nor TICKET_QUEUE"))
    }

    @Test("takes no operand, so a name typed behind it is not thought to count")
    func operand() {
        var variables = inCloud
        variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
        #expect(terminal.run(["aws", "create", "tickets"], environment: variables).code == 64)
    }

    @Test("says so when nobody answers", .timeLimit(.minutes(2)))
    func nobody() {
        var variables = inCloud
        variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
        let answer = terminal.run(["aws", "create"], environment: variables)
        #expect(answer.code == 69)
        #expect(answer.out.isEmpty && !answer.err.isEmpty)
    }
}
