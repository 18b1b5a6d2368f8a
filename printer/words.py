"""
The sentences that a technician reads on the command line, by code: what is wrong, and what to do.

One sentence for each error of `printer.errors` and each trouble of `printer.status`; a test proves that none is
missing.
"""

from collections.abc import Mapping

from printer.errors import PrinterError

ERRORS: Mapping[str, str] = {
    "error": "Something went wrong with the printer. Run the command again.",
    "content_invalid": "The slip's content has no usable “{field}”. Correct it in the file and draw again.",
    "picture_invalid": "No printer is {width_dots} dots wide. Give a multiple of 8: 576 for 80 mm paper, 384 for 58.",
    "address_invalid": "“{address}” is no printer's address. Write one such as tcp://192.168.1.50:9100, "
    "usb://04b8:0e15, serial://COM3?baud=19200, file:///dev/usb/lp0 or windows://NAME.",
    "driver_missing": "This machine lacks {library}, which this way to the printer needs. Install it.",
    "unreachable": "Nobody answers at {address}. Switch the printer on, check its cable, and compare the address with "
    "the printer's own self-test page.",
    "busy": "The printer at {address} is in use by somebody else. Close the other program and try again.",
    "link_lost": "The printer ended the connection. Check its cable and try again.",
    "write_timeout": "The printer stopped taking data. Switch it off and on, and try again.",
    "port_taken": "Port {port} on {host} is taken or not allowed. Stop the other program or choose another with --port "
    "and --control-port; 0 takes a free one.",
    "folder_unwritable": "The folder {folder} cannot be written ({reason}). Choose another with --output.",
    "file_unreadable": "The file {path} cannot be used ({reason}).",
}

TROUBLES: Mapping[str, str] = {
    "paper_end": "The paper is at its end. Put in a new roll and close the cover.",
    "near_end": "The paper is nearly at its end. Have a new roll at hand.",
    "cover_open": "The cover is open. Close it until it clicks.",
    "cutter": "The knife is stuck. Switch the printer off, free the paper, and switch it on.",
    "error": "The printer reports a fault. Switch it off and on; if it returns, call the maker's service.",
    "offline": "The printer is switched to offline. Press its FEED or ONLINE button.",
    "no_answer": "The printer takes the connection and says nothing. Look whether paper comes out; if it prints, add "
    "?one_way=1 to its address.",
    "unreachable": "Nobody answers at this address. Switch the printer on, check its cable, and compare the address "
    "with the printer's own self-test page.",
    "busy": "The printer is in use by somebody else. Close the other program and try again.",
    "one_way": "This way to the printer only carries data to it. Look whether paper came out.",
}

RESULTS: Mapping[str, str] = {
    "confirmed": "Printed; the printer says so.",
    "failed": "Not printed.",
    "unknown": "Sent, but nobody knows whether it was printed.",
}


def sentence(error: PrinterError) -> str:
    """What is wrong and what to do, for *error*."""
    return ERRORS[error.code].format(**error.facts)
