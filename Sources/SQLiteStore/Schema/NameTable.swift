import Ticketing

/// The numbers of events and sections, as far as this connection has met them.
///
/// Numbers are never given back, so what was committed stays true for ever; a rollback forgets all of it,
/// because a number of the lost transaction may be among it.
struct NameTable {
    struct SectionKey: Hashable {
        let event: EventID
        let section: SectionID
    }

    fileprivate var events: [EventID: Int64] = [:]
    fileprivate var sections: [SectionKey: Int64] = [:]
}

extension Connection {
    func number(of event: EventID) throws(PortError) -> Int64? {
        if let number = names.events[event] { return number }
        let find = try statement("SELECT no FROM event_names WHERE id = ?1")
        find.bind(1, text: event.text)
        let number = try find.firstNumber()
        names.events[event] = number
        return number
    }

    func number(of section: SectionID, in event: EventID) throws(PortError) -> Int64? {
        let key = NameTable.SectionKey(event: event, section: section)
        if let number = names.sections[key] { return number }
        guard let eventNo = try number(of: event) else { return nil }
        let find = try statement("SELECT no FROM section_names WHERE event_no = ?1 AND id = ?2")
        find.bind(1, eventNo)
        find.bind(2, text: section.text)
        let number = try find.firstNumber()
        names.sections[key] = number
        return number
    }

    /// For a writer that has decided to write: gives the name a number if it has none.
    func numberMaking(_ event: EventID) throws(PortError) -> Int64 {
        if let number = try number(of: event) { return number }
        let insert = try statement("INSERT INTO event_names (id) VALUES (?1)")
        insert.bind(1, text: event.text)
        try insert.run()
        names.events[event] = lastInsertedRow
        return lastInsertedRow
    }

    func numberMaking(_ section: SectionID, in event: EventID) throws(PortError) -> Int64 {
        if let number = try number(of: section, in: event) { return number }
        let insert = try statement("INSERT INTO section_names (event_no, id) VALUES (?1, ?2)")
        insert.bind(1, try numberMaking(event))
        insert.bind(2, text: section.text)
        try insert.run()
        names.sections[NameTable.SectionKey(event: event, section: section)] = lastInsertedRow
        return lastInsertedRow
    }
}
