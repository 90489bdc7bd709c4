// Printers that a phone or tablet reaches itself: by a serial line (Bluetooth classic included) or
// by Bluetooth LE. Each is asked for by the person and takes bytes.

const SERVICES = [0x18f0, 0xff00, 0xffe0]; // what roll printers offer under Bluetooth LE
const PIECE = 180;
const BAUD = 9600;

class SerialPrinter {
  async write(bytes) {
    const port = await navigator.serial.requestPort();
    await port.open({ baudRate: BAUD });
    const writer = port.writable.getWriter();
    try {
      await writer.write(bytes);
    } finally {
      await writer.close().catch(() => {});
      await port.close();
    }
  }
}

class BluetoothPrinter {
  async write(bytes) {
    const filters = SERVICES.map((one) => ({ services: [one] }));
    const found = await navigator.bluetooth.requestDevice({ filters, optionalServices: SERVICES });
    const server = await found.gatt.connect();
    try {
      const line = await writable(server);
      for (let at = 0; at < bytes.length; at += PIECE) {
        await line.writeValue(bytes.slice(at, at + PIECE));
      }
    } finally {
      server.disconnect();
    }
  }
}

async function writable(server) {
  for (const service of await server.getPrimaryServices()) {
    for (const line of await service.getCharacteristics()) {
      if (line.properties.write || line.properties.writeWithoutResponse) return line;
    }
  }
  throw new Error("no characteristic to write to");
}

/** Return the printers that this browser can reach: {serial, bluetooth}, absent where it cannot. */
export function printers() {
  return {
    ...("serial" in navigator ? { serial: new SerialPrinter() } : {}),
    ...("bluetooth" in navigator ? { bluetooth: new BluetoothPrinter() } : {}),
  };
}
