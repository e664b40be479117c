import { randomBytes, randomInt } from "node:crypto";

import { stateDir } from "../../toolkit/paths";
import { makeOnce } from "../../toolkit/system/files";

/** An AWS access key. */
export interface Credentials {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * The sandbox's only AWS access key: random, made once per state folder, and known to the sandbox alone. Children get
 * it as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and sign their database tokens with it.
 */
export function sandboxCredentials(): Credentials {
    return JSON.parse(makeOnce(stateDir("credentials.json"), makeCredentials)) as Credentials;
}

function makeCredentials(): string {
    const id = Array.from({ length: 16 }, () => BASE32[randomInt(BASE32.length)]).join("");
    const credentials: Credentials = { accessKeyId: `AKIA${id}`, secretAccessKey: randomBytes(30).toString("base64") };
    return JSON.stringify(credentials);
}
