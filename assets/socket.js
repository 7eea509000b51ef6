/* Opens the page's socket while its scripts are still on their way: on a slow line the greeting takes as long as they do.
 * It stands in the head of each page (cabinet/cabinet.py). The first socket that the page then asks for at the same
 * address is this one; what the server has said meanwhile is told to it. Whatever is not as expected here, the page opens
 * a socket of its own. A socket that closes before the server has said a word is told to the page as an error: of a mere
 * close at that moment Socket.IO takes no notice for twenty seconds. */
(() => {
  const Native = window.WebSocket;
  const heard = [];
  const watched = (socket) => {
    let greeted = false;
    socket.addEventListener("message", () => (greeted = true), {once: true});
    socket.addEventListener("close", () => greeted || socket.onerror?.(new Event("error")));
    return socket;
  };
  let early = null;
  try {
    const token = sessionStorage.getItem("token") ?? crypto.randomUUID();
    sessionStorage.setItem("token", token);
    const origin = location.origin.replace(/^http/, "ws");
    early = watched(new Native(`${origin}/_event/?token=${token}&EIO=4&transport=websocket`));
    early.onmessage = (event) => heard.push(event);
  } catch {
    return;
  }
  window.WebSocket = new Proxy(Native, {
    construct(_, given) {
      const socket = early;
      early = null;
      if (socket?.url !== String(given[0]) || socket.readyState > Native.OPEN) {
        socket?.close();
        return watched(new Native(...given));
      }
      queueMicrotask(() => {
        if (socket.readyState !== Native.OPEN) return;
        socket.onopen();
        heard.forEach((event) => socket.onmessage(event));
      });
      return socket;
    },
  });
})();
