import Ticketing

extension StoredMessage {
    func received(count: Int, isDead: Bool, takeCount: Int = 0) -> ReceivedMessage {
        ReceivedMessage(
            id: "m\(no)", message: message, group: group,
            receipt: StoredReceipt(no: no, count: isDead ? takeCount : count, isDead: isDead).handle,
            receiveCount: count, sentAt: sentAt)
    }
}

extension Connection {
    /// Read once in a transaction and written back once, by its commit: counting in the table with every
    /// message would be another statement for each.
    func nextMessageNo() throws(PortError) -> Int64 {
        let newest =
            if let newestMessageNo {
                newestMessageNo
            } else {
                try statement("SELECT last_no FROM message_counter").firstNumber() ?? 0
            }
        newestMessageNo = newest + 1
        return newest + 1
    }

    func writeMessageCounter() throws(PortError) {
        guard let newest = newestMessageNo else { return }
        newestMessageNo = nil
        let update = try statement("UPDATE message_counter SET last_no = ?1")
        update.bind(1, newest)
        try update.run()
    }
}
