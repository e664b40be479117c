/** A refusal by the stand-in cloud's identity services, in AWS' words. */
export class Refused extends Error {
    constructor(
        /** HTTP status. */
        readonly status: number,
        readonly code: string,
        message: string,
    ) {
        super(message);
    }
}
