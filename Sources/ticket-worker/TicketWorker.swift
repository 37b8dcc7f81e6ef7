import Bootstrap

@main
enum TicketWorker {
    static func main() { Program.run(.orderWorker) }
}
