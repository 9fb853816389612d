// What a page hears: runs before the page's own scripts. The microphone is a file with a tone, so it must reach the
// call as it is: no echo canceller, no noise suppression.
(() => {
  const devices = navigator.mediaDevices;
  if (devices !== undefined) {
    const open = devices.getUserMedia.bind(devices);
    const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    devices.getUserMedia = (wanted) =>
      open({ ...wanted, audio: { ...(wanted.audio === true ? {} : wanted.audio), ...plain } });
  }
  let context;
  let analyser;
  const listen = (stream) => {
    context ??= new AudioContext();
    analyser = context.createAnalyser();
    analyser.fftSize = 8192;
    analyser.smoothingTimeConstant = 0;
    context.createMediaStreamSource(stream).connect(analyser);
  };
  const Connection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(...settings) {
      super(...settings);
      this.addEventListener('track', ({ streams: [stream], track }) => listen(stream ?? new MediaStream([track])));
    }
  };
  /** The loudest frequency just now in Hz; 0 when there is silence or no call. */
  window.hotlineHears = () => {
    if (analyser === undefined) return 0;
    const levels = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(levels);
    let loudest = 1;
    for (let bin = 1; bin < levels.length; bin += 1) if (levels[bin] > levels[loudest]) loudest = bin;
    return levels[loudest] < -75 ? 0 : (loudest * context.sampleRate) / analyser.fftSize;
  };
})();
