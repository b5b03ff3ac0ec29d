/** Length 8, then the code 80877103: "may we speak TLS?" (PostgreSQL manual, "Message Formats"). */
export const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
