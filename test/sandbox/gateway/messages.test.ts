import assert from "node:assert/strict";
import { PassThrough } from "node:stream";

import { fatal, ProtocolError, readOpening, readPassword } from "../../../sandbox/gateway/messages";
import { ConnectionClosed } from "../../../sandbox/gateway/streams";

describe("a client's first message", () => {
    it("is a request for encryption, a cancellation, or a startup packet", async () => {
        const start = packet(196_608, "user\0shop_app\0database\0app\0\0");
        assert.deepEqual(
            [
                await opening(packet(80_877_103)),
                await opening(packet(80_877_104)),
                await opening(packet(80_877_102, "12345678")),
                await opening(start),
            ],
            [
                { kind: "ssl" },
                { kind: "gss" },
                { kind: "cancel", bytes: packet(80_877_102, "12345678") },
                { kind: "startup", bytes: start, user: "shop_app", database: "app", replication: false },
            ],
        );
    });

    it("can arrive byte by byte, and later bytes stay in the stream", async () => {
        const stream = new PassThrough();
        const reading = readOpening(stream);
        for (const byte of packet(196_610, "user\0shop\0\0")) {
            stream.write(Buffer.from([byte]));
        }
        stream.write("more");
        assert.deepEqual(await reading, {
            kind: "startup",
            bytes: packet(196_610, "user\0shop\0\0"),
            user: "shop",
            database: "shop",
            replication: false,
        });
        assert.equal(String(stream.read()), "more");
    });

    it("means the same to the server as to the gateway: the last of several users, in UTF-8, and the rest unchanged", async () => {
        const twice = packet(
            196_608,
            Buffer.from("user\0victim\0options\0-c x=\xe9\0user\0b\xffb\0replication\0true\0\0", "latin1"),
        );
        const user = "b\ufffdb";
        assert.deepEqual(await opening(twice), {
            ...{ kind: "startup", user, database: user, replication: true },
            bytes: packet(
                196_608,
                Buffer.concat([
                    Buffer.from("user\0"),
                    Buffer.from(user),
                    Buffer.from("\0options\0-c x=\xe9\0replication\0true\0\0", "latin1"),
                ]),
            ),
        });
    });

    it("asks for replication unless the parameter is false, as Postgres reads it", async () => {
        const asks = async (value: string) => {
            const start = await opening(packet(196_608, `user\0shop\0replication\0${value}\0\0`));
            return start.kind === "startup" && start.replication;
        };
        const values = ["true", "database", "1", "on", "yes", "maybe", "", "o", "false", "f", "off", "OF", "no", "0"];
        const asking = await Promise.all(values.map(asks));
        assert.deepEqual(
            values.filter((_, i) => asking[i]),
            ["true", "database", "1", "on", "yes", "maybe", "", "o"],
        );
    });

    it("is refused if it is too long, too short, of another protocol, incomplete or without a user", async () => {
        const cases: [Buffer, string][] = [
            [Buffer.from([0, 0, 0x27, 0x11, 0, 3, 0, 0]), "invalid length of startup packet"],
            [Buffer.from([0, 0, 0, 7, 0, 3, 0, 0]), "invalid length of startup packet"],
            [Buffer.from("GET / HTTP/1.1\r\n"), "invalid length of startup packet"],
            [packet(131_072, "x"), "unsupported frontend protocol 2.0: server supports 3.0 to 3.2"],
            [packet(196_608, "user\0shop"), "invalid startup packet layout: expected terminator as last byte"],
            [packet(196_608, "user\0\0"), "invalid startup packet layout: expected terminator as last byte"],
            [
                packet(196_608, "user\0shop\0\0user\0victim\0\0"),
                "invalid startup packet layout: expected terminator as last byte",
            ],
            [packet(196_608, "database\0app\0\0"), "no PostgreSQL user name specified in startup packet"],
            [packet(196_608), "invalid startup packet layout: expected terminator as last byte"],
        ];
        for (const [bytes, message] of cases) {
            await assert.rejects(opening(bytes), new ProtocolError(message));
        }
    });

    it("can fail to arrive", async () => {
        const stream = new PassThrough();
        stream.end(Buffer.from([0, 0]));
        await assert.rejects(readOpening(stream), ConnectionClosed);
    });
});

describe("a password message", () => {
    it("contains a string", async () => {
        assert.equal(await password(Buffer.from("p\0\0\0\x0bsécre\0", "utf8")), "sécre");
    });

    it("is refused if it is another message, too long, or not one string", async () => {
        await assert.rejects(
            password(Buffer.from("Q\0\0\0\x08abc\0")),
            new ProtocolError("expected password response"),
        );
        await assert.rejects(password(Buffer.from("p\0\x01\0\0")), new ProtocolError("expected password response"));
        await assert.rejects(password(Buffer.from("p\0\0\0\x04")), new ProtocolError("expected password response"));
        await assert.rejects(
            password(Buffer.from("p\0\0\0\x08a\0b\0")),
            new ProtocolError("invalid password packet size"),
        );
    });
});

describe("a fatal error", () => {
    it("has the protocol's fields", () => {
        assert.equal(fatal("28000", "no").toString("latin1"), "E\0\0\0\x1eSFATAL\0VFATAL\0C28000\0Mno\0\0");
    });
});

function packet(code: number, body: string | Buffer = ""): Buffer {
    const bytes = Buffer.concat([Buffer.alloc(8), typeof body === "string" ? Buffer.from(body) : body]);
    bytes.writeUInt32BE(bytes.length, 0);
    bytes.writeUInt32BE(code, 4);
    return bytes;
}

function opening(bytes: Buffer): ReturnType<typeof readOpening> {
    const stream = new PassThrough();
    stream.write(bytes);
    return readOpening(stream);
}

function password(bytes: Buffer): Promise<string> {
    const stream = new PassThrough();
    stream.write(bytes);
    return readPassword(stream);
}
