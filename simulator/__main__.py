"""Starts the simulated platform: `python -m simulator --port 8080 --webhook … --secret … --token …`."""

import argparse
import signal
from collections.abc import Sequence
from pathlib import Path

from simulator.platform import Channel
from simulator.server import HOST, MONTHLY_QUOTA, make_server


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    options = _parser().parse_args(arguments)
    channel = Channel(options.secret, options.token, options.webhook)
    server = make_server(
        channel, port=options.port, clock_offset_file=options.clock_offset_file, quota=options.quota
    )
    print(f"LINE stand-in and phone page: http://localhost:{options.port}/", flush=True)
    # uvicorn finishes cleanly and then raises the signal again; either one is a good end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.run()
    except KeyboardInterrupt:
        return


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m simulator", description=f"A stand-in for LINE on {HOST}.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--webhook", required=True, metavar="URL", help="where the bot takes events")
    parser.add_argument("--secret", required=True, help="the channel secret, for signatures")
    parser.add_argument("--token", required=True, help="the channel access token the bot must show")
    parser.add_argument("--clock-offset-file", type=Path, metavar="F", help="seconds to add to the clock")
    parser.add_argument(
        "--quota", type=int, default=MONTHLY_QUOTA, help="messages a month (default %(default)s)"
    )
    return parser


if __name__ == "__main__":
    main()
