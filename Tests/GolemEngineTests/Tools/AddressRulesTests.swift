// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import Testing

@Suite struct AddressRulesTests {
    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1",
        "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "64:ff9b::10.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1", "2001::1", "100::1",
        "3fff::1", "", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "1.2.3.4.5", "1.2.3.4 ", "[::1]",
    ])
    func `Private, local, reserved and malformed addresses are refused`(address: String) throws {
        #expect(!(try AddressRules().admits(address)))
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "198.20.0.1",
        "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
        "2002:808:808::1",
    ])
    func `Public addresses are admitted`(address: String) throws {
        #expect(try AddressRules().admits(address))
    }

    @Test func `Allowed addresses and ranges are admitted, in their embedded forms too, and nothing else`() throws {
        let rules = try AddressRules(allowed: ["10.1.0.0/16", "192.168.7.9", "fd00::/8", "127.0.0.0/31"])
        for address in ["10.1.255.3", "::ffff:10.1.2.3", "192.168.7.9", "fd99::1", "127.0.0.1", "1.1.1.1"] {
            #expect(rules.admits(address), "\(address)")
        }
        for address in ["10.2.0.1", "192.168.7.8", "fc00::1", "127.0.0.2", "::1"] {
            #expect(!rules.admits(address), "\(address)")
        }
    }

    @Test(arguments: [
        "10.0.0.0/33", "10.0.0/8", "example.org", "", "10.0.0.0/", "10.0.0.0/8/9", "::/129", "1.2.3.4/-1",
    ])
    func `An entry that is no address is named`(entry: String) {
        let error = #expect(throws: AddressRuleError.self) { try AddressRules(allowed: ["1.2.3.4", entry]) }
        #expect(error?.entry == entry)
    }
}
