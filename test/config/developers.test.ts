import assert from "node:assert/strict";
import { parseSettings } from "../../config";
import { wrongsOf } from "../support/configProblems";

const now = Date.parse("2026-11-23T12:00:00Z");
const platform = {
    network: { routedRanges: ["10.8.0.0/16"] },
    cluster: { version: "1.33" },
    database: { engineVersion: "16" },
};
const jane = { cidr: "10.8.0.7/32", owner: "jane.doe", until: "2026-11-24T18:00:00Z" };

function wrongs(access: Record<string, unknown>): string[] {
    return wrongsOf({ platform, access }, now).map((wrong) => wrong.replace("access.", ""));
}

describe("the config of developers", () => {
    for (const [change, ...wrong] of [
        [{}],
        [{ until: "2026-11-24T19:00:00+01:00" }],
        [{ cidr: "10.8.0.0/31" }, "developers[0].cidr: wider than a single address"],
        [{ cidr: "0.0.0.0/0" }, "developers[0].cidr: wider than a single address"],
        [{ cidr: "10.8.0.7" }, "developers[0].cidr: not a range of IPv4 addresses"],
        [{ cidr: "10.8.0.7/33" }, "developers[0].cidr: not a range of IPv4 addresses"],
        [{ owner: "" }, "developers[0].owner: not a valid part of a rule's description"],
        [{ owner: "jane\nroe" }, "developers[0].owner: not a valid part of a rule's description"],
        [{ until: "2026-11-24" }, "developers[0].until: not a time with a time zone"],
        [{ until: "2026-11-24T18:00:00" }, "developers[0].until: not a time with a time zone"],
        [{ until: "2026-13-24T18:00:00Z" }, "developers[0].until: not a time with a time zone"],
        [{ until: undefined }, "developers[0].until: missing"],
        [{ until: "2026-11-30T12:00:00Z" }],
        [{ until: "2026-11-30T12:00:01Z" }, "developers[0].until: more than 7 days off"],
    ] as const) {
        it(`${wrong.length === 0 ? "takes" : "refuses"} ${JSON.stringify(change)}`, () => {
            assert.deepEqual(wrongs({ developers: [{ ...jane, ...change }] }), wrong);
        });
    }

    const databaseAccount = { role: "arn:aws:iam::444455556666:role/deploy", cidr: "10.30.0.0/16" };
    for (const [place, cidr, more, reached] of [
        ["the network", "10.20.5.6/32", {}, true],
        ["a network with a route", "10.8.255.255/32", {}, true],
        ["a network without a route", "10.9.0.7/32", {}, false],
        ["the internet", "203.0.113.7/32", {}, false],
        ["the network of the database's account", "10.30.5.6/32", { databaseAccount }, true],
        [
            "the cluster's network, to which that one has a route to pods alone,",
            "10.20.5.6/32",
            { databaseAccount },
            false,
        ],
    ] as const) {
        it(`${reached ? "takes" : "refuses"} an address in ${place}`, () => {
            const config = { platform: { ...platform, ...more }, access: { developers: [{ ...jane, cidr }] } };
            const wrong = "access.developers[0].cidr: the database's subnets have no route to it";
            assert.deepEqual(wrongsOf(config, now), reached ? [] : [wrong]);
        });
    }

    for (const until of [
        "2026-11-24T18:00:00Z",
        "2026-11-24T19:00:00+01:00",
        "2026-11-24 18:00:00 +0000 UTC",
        "2026-11-24 19:00:00 +0100 +0100",
    ]) {
        it(`parses the time ${until}, as written or as the engine passes it`, () => {
            const { access } = parseSettings({ platform, access: { developers: [{ ...jane, until }] } }, now);
            assert.deepEqual(access?.developers, [jane]);
        });
    }

    for (const until of ["2026-02-30T00:00:00Z", "2026-11-31 18:00:00 +0000 UTC", "2027-02-29T00:00:00Z"]) {
        it(`refuses the end ${until}, on a day that does not exist`, () => {
            assert.match(
                wrongs({ developers: [{ ...jane, until }] }).join(),
                /^developers\[0\]\.until: not a time[^,]*$/,
            );
        });
    }

    it("lets a stack set how long an entry may last", () => {
        const developers = [{ ...jane, until: "2026-12-20T12:00:00Z" }];
        assert.deepEqual(
            [wrongs({ developers, developerDays: 1 }), wrongs({ developers, developerDays: 30 })],
            [["developers[0].until: more than 1 days off"], []],
        );
    });

    it("refuses an address twice", () => {
        assert.deepEqual(wrongs({ developers: [jane, { ...jane, owner: "john" }] }), [
            "developers[1].cidr: access.developers[0] has this address already",
        ]);
    });

    it("leaves an end in the past to the program, which knows whether the entry was ever admitted", () => {
        assert.deepEqual(wrongs({ developers: [{ ...jane, until: "2026-11-23T11:59:59Z" }] }), []);
    });
});
